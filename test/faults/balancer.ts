import { spawn } from 'node:child_process'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from '../support/child-server.ts'
import { running } from '../support/proxies.ts'

const PAGE = path.resolve(import.meta.dirname, '../../docs/scaling.md')

export type Balancer = Awaited<ReturnType<typeof balance>>

/** HAProxy before two nodes, with the block of docs/scaling.md; only addresses and TLS differ. */
export async function balance([first = 0, second = 0]: number[]) {
  const block = /```haproxy\n([\s\S]*?)```/.exec(await readFile(PAGE, 'utf8'))?.[1] ?? ''
  const port = await freePort()
  const directory = await mkdtemp(path.join(tmpdir(), 'latchkey-balancer-'))
  const file = path.join(directory, 'haproxy.cfg')
  await writeFile(
    file,
    block
      .replace(/bind .*/, `bind 127.0.0.1:${port}`)
      .replace('10.0.0.11:3000', `127.0.0.1:${first}`)
      .replace('10.0.0.12:3000', `127.0.0.1:${second}`)
      .replace('X-Forwarded-Proto https', 'X-Forwarded-Proto http'),
  )
  const child = spawn('haproxy', ['-db', '-f', file], { cwd: directory })
  return { ...(await running(child, port, directory)), url: `http://127.0.0.1:${port}` }
}

/** What nodes behind it are set to. */
export const BEHIND_BALANCER = {
  BASE_URL: 'http://localhost',
  TRUST_PROXY: 'loopback',
  // As documented: longer than HAProxy's checks take to notice the stop.
  SHUTDOWN_DELAY: '8s',
}
