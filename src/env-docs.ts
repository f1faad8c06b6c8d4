import { readFile, writeFile } from 'node:fs/promises'
import { configTable, envExample, withConfigTable } from '../configs/env/docs.ts'

const README = new URL('../README.md', import.meta.url)
const EXAMPLE = new URL('../.env.example', import.meta.url)

// Run as a script: prints the table, or with --write renews README.md and .env.example.
if (process.argv.includes('--write')) await writeDocs()
else process.stdout.write(`${configTable()}\n`)

async function writeDocs(): Promise<void> {
  await writeFile(EXAMPLE, envExample())
  await writeFile(README, withConfigTable(await readFile(README, 'utf8')))
}
