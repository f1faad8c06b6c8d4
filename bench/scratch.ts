import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Program, type Server, startServer } from './server.ts'

/** What one piece of work needs and leaves behind: a fresh folder, and servers that end with it. */
export type Scratch = { folder: string; start(program: Program): Promise<Server> }

export function withScratch<T>(work: (scratch: Scratch) => Promise<T>): Promise<T> {
  return withFolder(async folder => {
    const servers: Server[] = []
    async function start(program: Program) {
      const server = await startServer(program)
      servers.push(server)
      return server
    }
    try {
      return await work({ folder, start })
    } finally {
      await Promise.all(servers.map(server => server.stop()))
    }
  })
}

/** A folder that is gone afterwards, also when the bench is interrupted. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  try {
    return await work(folder)
  } finally {
    process.off('exit', remove)
    remove()
  }
}
