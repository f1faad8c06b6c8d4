import { readFile, writeFile } from 'node:fs/promises'
import { configTables, envExample, essentialTable, withTables } from '../configs/env/docs.ts'

const PAGES = { '../README.md': essentialTable(), '../docs/configuration.md': configTables() }

await writeFile(new URL('../.env.example', import.meta.url), envExample())
for (const [path, tables] of Object.entries(PAGES)) {
  const page = new URL(path, import.meta.url)
  await writeFile(page, withTables(await readFile(page, 'utf8'), tables))
}
