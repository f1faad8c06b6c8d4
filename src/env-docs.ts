import { readFile, writeFile } from 'node:fs/promises'
import { CAS_VARIABLES } from '../configs/env/cas.ts'
import { configTables, envExample, essentialTable, providerTable, withTables } from '../configs/env/docs.ts'
import { PROVIDER_VARIABLES } from '../configs/env/providers.ts'

const PAGES = {
  '../README.md': essentialTable(),
  '../docs/configuration.md': configTables(),
  '../docs/sign-in-with.md': providerTable(PROVIDER_VARIABLES),
  '../docs/sign-in-with-cas.md': providerTable(CAS_VARIABLES),
}

await writeFile(new URL('../.env.example', import.meta.url), envExample())
for (const [path, tables] of Object.entries(PAGES)) {
  const page = new URL(path, import.meta.url)
  await writeFile(page, withTables(await readFile(page, 'utf8'), tables))
}
