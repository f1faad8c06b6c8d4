// JavaScript, so that an old Node can run it, and so that the compile cache is on before the first
// TypeScript file. Node then skips its type stripper, which saves 18 MB and a third of the start.
import module from 'node:module'
import path from 'node:path'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `error: Latchkey needs Node 22.18 or newer, and this is ${process.versions.node}. Start it by npm start, which uses the Node of npm ci.\n`,
  )
  process.exit(1)
}

module.enableCompileCache(path.resolve(import.meta.dirname, '../node_modules/.cache/latchkey'))
const { superviseWorkers } = await import('./supervisor.ts')
if (!(await superviseWorkers())) await import('./server.ts')
