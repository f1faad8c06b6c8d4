// JavaScript that an old Node parses too: it is told what it lacks in one line. And the compile cache must be on before the first
// TypeScript file: with every file's stripped form in it, Node never loads the stripper, and a start costs 15 MB and a third less time.
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
await import('./server.ts')
