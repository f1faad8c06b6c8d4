import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { Sequelize } from 'sequelize'
import { expect, test } from 'vitest'
import { registerModels } from '../../models/register.ts'
import { newSecret } from '../../src/encryption/one-way.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const inventory = await readFile(path.join(ROOT, 'docs/security-inventory.md'), 'utf8')

type Source = { file: string; text: string }

const read = (file: string) => readFile(path.join(ROOT, file), 'utf8')

async function sourcesOf(...folders: string[]): Promise<Source[]> {
  const files = await Promise.all(
    folders.map(async folder => {
      const found = await readdir(path.join(ROOT, folder), { recursive: true })
      return found.filter(file => /\.(ts|tsx|js)$/.test(file)).map(file => path.posix.join(folder, file))
    }),
  )
  return Promise.all(files.flat().map(async file => ({ file, text: await read(file) })))
}

const server = await sourcesOf('src', 'routes', 'configs', 'models')
const pages = await sourcesOf('web/src')

function filesWith(sources: Source[], pattern: RegExp) {
  return sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file)
}

/** The models, on a connection that is never opened. */
function models() {
  const sequelize = new Sequelize({ dialect: 'sqlite', storage: ':memory:', logging: false })
  registerModels(sequelize)
  return Object.values(sequelize.models)
}

test('1.2.5 15.2.5 child processes are started by the build of the pages and for backups, without a shell', () => {
  expect(filesWith(server, /child_process/).sort()).toEqual([
    'src/maintenance/postgres-programs.ts',
    'src/pages/build.ts',
  ])
  expect(filesWith(server, /shell: true|\bexec(Sync)?\(['"`]/)).toEqual([])
})

test('1.3.2 no text is run as code', () => {
  // Redis runs scripts of ours, whose arguments are no code.
  expect(filesWith([...server, ...pages], /(?<!\b(redis|connected)\.)\beval\(|new Function\(|node:vm\b/)).toEqual([])
})

test('3.2.2 no page writes markup into the document', () => {
  expect(filesWith(pages, /innerHTML|outerHTML|insertAdjacentHTML|document\.write/)).toEqual([])
})

test('6.4.2 no column holds a hint or a secret question', () => {
  const columns = models().flatMap(({ name, rawAttributes }) =>
    Object.keys(rawAttributes).map(each => `${name}.${each}`),
  )
  expect(columns.length).toBeGreaterThan(80)
  expect(columns.filter(each => /hint|question|answer/i.test(each))).toEqual([])
})

test('11.1.3 every file that hashes, signs or encrypts is in the inventory', () => {
  const cryptographic = /\b(createHmac|createCipheriv|createDecipheriv|hkdfSync|timingSafeEqual|importJWK)\b/
  const files = filesWith(server, cryptographic)
  expect(files.length).toBeGreaterThan(3)
  expect(files.filter(file => !inventory.includes(`\`${file}\``))).toEqual([])
})

test('11.4.1 MD5 is nowhere, and SHA-1 only where a service or an app asks for it', () => {
  expect(filesWith(server, /['"](md5|md4|rc4|des)['"]/i)).toEqual([])
  expect(filesWith(server, /['"]sha-?1['"]/i).sort()).toEqual(['src/factors/totp.ts', 'src/passwords/breached.ts'])
})

test('7.2.3 11.5.1 secrets of links, devices and sessions have 192 random bits or more, and no two are alike', async () => {
  const secrets = Array.from({ length: 10_000 }, newSecret)
  expect(new Set(secrets).size).toBe(secrets.length)
  for (const secret of secrets) expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
  const session = await read('node_modules/express-session/index.js')
  expect(session).toContain('return uid(24)')
})

test('14.1.1 every table is classified in the inventory', () => {
  const tables = models().map(model => model.getTableName())
  expect(tables.length).toBeGreaterThan(14)
  expect(tables.filter(table => !inventory.includes(`\`${table}\``))).toEqual([])
})

/** The least version without a known fault that the code reaches; `npm audit` may not answer. */
const FLOORS: Record<string, [major: number, minor: number]> = {
  express: [5, 2],
  'express-session': [1, 19],
  jose: [6, 1],
  node: [24, 18],
  nodemailer: [7, 0],
  passport: [0, 7],
  sequelize: [6, 37],
  sqlite3: [6, 0],
}

type Locked = { version?: string; integrity?: string; resolved?: string; link?: boolean; optional?: boolean }

async function locked(): Promise<[string, Locked][]> {
  return Object.entries(JSON.parse(await read('package-lock.json')).packages)
}

test('15.2.1 no package is older than the last version with a mended fault', async () => {
  const packages = new Map(await locked())
  for (const [name, [major, minor]] of Object.entries(FLOORS)) {
    const [is = 0, has = 0] = (packages.get(`node_modules/${name}`)?.version ?? '0.0').split('.').map(Number)
    expect(is > major || (is === major && has >= minor), `${name} ${is}.${has}`).toBe(true)
  }
})

test('15.2.4 every package of the lockfile is checked by its hash, and comes from the registry', async () => {
  const packages = (await locked()).filter(([at, { link }]) => at.startsWith('node_modules/') && !link)
  expect(packages.length).toBeGreaterThan(500)
  const unchecked = packages.filter(([, { integrity, optional }]) => !integrity && !optional).map(([at]) => at)
  expect(unchecked).toEqual([])
  const elsewhere = packages.filter(
    ([, { resolved }]) => resolved && !resolved.startsWith('https://registry.npmjs.org/'),
  )
  expect(elsewhere.map(([at]) => at)).toEqual([])
})
