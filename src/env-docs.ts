import { readFile, writeFile } from 'node:fs/promises'
import { configTables, envExample, essentialTable, providerTable, withTables } from '../configs/env/docs.ts'

const PAGES = {
  '../README.md': essentialTable(),
  '../docs/configuration.md': configTables(),
  '../docs/sign-in-with.md': providerTable(),
}

await writeFile(new URL('../.env.example', import.meta.url), envExample())
for (const [path, tables] of Object.entries(PAGES)) {
  const page = new URL(path, import.meta.url)
  await writeFile(page, withTables(await readFile(page, 'utf8'), tables))
}
