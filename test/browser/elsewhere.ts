import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Somebody else's web server on this machine; it shows the page that was last set. */
export async function openElsewhere() {
  let html = ''
  const server = createServer((_req, res) => res.setHeader('Content-Type', 'text/html').end(html))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    show: (page: string) => {
      html = `<!doctype html><title>elsewhere</title>${page}`
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
