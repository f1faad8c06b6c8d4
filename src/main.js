// JavaScript, because the compile cache must be on before the first TypeScript file: with every file's stripped form in it, Node
// never loads the stripper, and a start costs 15 MB and a third of the time less.
import { enableCompileCache } from 'node:module'
import path from 'node:path'

enableCompileCache(path.resolve(import.meta.dirname, '../node_modules/.cache/latchkey'))
await import('./server.ts')
