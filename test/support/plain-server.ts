import { createServer, type RequestListener, type Server } from 'node:http'
import { promisify } from 'node:util'

const servers = new Set<Server>()

/** Starts an HTTP server for one test. @returns its origin */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.add(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('The server has no port')
  return `http://127.0.0.1:${address.port}`
}

/** Ends all servers of `serve` and what they are still sending. */
export async function closeServers() {
  for (const server of servers) {
    const closed = promisify(server.close.bind(server))()
    server.closeAllConnections()
    await closed
  }
  servers.clear()
}
