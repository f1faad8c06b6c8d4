import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fetchByHttp } from '../support/by-http.ts'
import { freePort } from '../support/child-server.ts'
import { startOidcServer } from '../support/oidc-server.ts'
import { configurationFor, SHOP_SECRET } from '../support/protected-app.ts'
import { Surfer } from '../support/surfer.ts'

const run = promisify(execFile)
const ROOT = path.resolve(import.meta.dirname, '../..')
const HAS_CHANGED = /^[+-]\s*\S/

/** A folder where the package is installed from its tarball, and everything else is this project's. */
let directory: string
let provider: Awaited<ReturnType<typeof startOidcServer>>
const port = await freePort()
// Another name of this machine than the provider's.
const url = `http://localhost:${port}`
beforeAll(async () => {
  provider = await startOidcServer(configurationFor(url))
  await provider.serve(url, SHOP_SECRET)
  provider.account = { sub: 'ada', name: 'Ada', permissions: [] }
  directory = await mkdtemp(path.join(tmpdir(), 'latchkey-express-'))
  const modules = path.join(directory, 'node_modules')
  const installed = path.join(modules, '@latchkey/express')
  await mkdir(installed, { recursive: true })
  const pack = ['pack', '--workspace', '@latchkey/express', '--pack-destination', directory, '--json']
  await run('npm', [...pack, '--silent'], { cwd: ROOT })
  await run('tar', ['-xzf', 'latchkey-express-0.1.0.tgz', '-C', installed, '--strip-components=1'], { cwd: directory })
  for (const name of ['express', 'jose', 'openid-client', '@types'])
    await symlink(path.join(ROOT, 'node_modules', name), path.join(modules, name))
})
afterAll(async () => {
  await provider?.close()
  await rm(directory, { recursive: true, force: true })
})

async function diffOfThePage() {
  const page = await readFile(path.join(ROOT, 'docs/protect-an-app.md'), 'utf8')
  const [, diff = ''] = /```diff\n(.*?)```/s.exec(page) ?? []
  return diff.trimEnd().split('\n')
}

test('an app of 30 lines gets its login with at most 8 changed lines, and people end where they began', async () => {
  const diff = await diffOfThePage()
  const before = diff.filter(line => !line.startsWith('+'))
  const added = diff.filter(line => line.startsWith('+') && HAS_CHANGED.test(line))
  expect(before.length).toBeLessThanOrEqual(32)
  expect(added.length).toBeLessThanOrEqual(8)
  const after = diff.filter(line => !line.startsWith('-')).map(line => line.slice(1))
  await writeFile(path.join(directory, 'shop.mjs'), after.join('\n'))
  const settings = { PORT: String(port), ISSUER: provider.issuer, CLIENT_ID: 'shop', CLIENT_SECRET: SHOP_SECRET }
  const shop = spawn(process.execPath, ['shop.mjs'], { cwd: directory, env: settings, stdio: 'inherit' })
  try {
    await expect
      .poll(
        () =>
          fetch(url).then(
            ({ status }) => status,
            () => 0,
          ),
        { timeout: 20_000 },
      )
      .toBe(200)
    const surfer = new Surfer(fetchByHttp)
    const { at, response } = await surfer.go(`${url}/orders/1?from=mail`)
    expect({ at: at.href, status: response.status }).toEqual({ at: `${url}/orders/1?from=mail`, status: 200 })
    expect(await response.text()).toContain('green bicycle')
    expect(await (await surfer.ask(url)).text()).toContain('Welcome back')
    expect((await surfer.ask(`${url}/orders/1`, { method: 'DELETE' })).status).toBe(403)
  } finally {
    shop.kill()
    await once(shop, 'exit')
  }
})

test('the tarball has JavaScript, types and a README, and no sources', async () => {
  const { stdout } = await run('tar', ['-tzf', 'latchkey-express-0.1.0.tgz'], { cwd: directory })
  const files = stdout.trim().split('\n')
  expect(files).toEqual(
    expect.arrayContaining(['package/README.md', 'package/dist/index.js', 'package/dist/index.d.ts']),
  )
  expect(files.filter(file => !/^package\/(README\.md|package\.json|dist\/[\w-]+(\.js|\.d\.ts))$/.test(file))).toEqual(
    [],
  )
})

test('its types say what an app can do with them', async () => {
  const app = `import express from 'express'
import { type LatchkeyUser, latchkey, requireUser } from '@latchkey/express'
const app = express()
app.use(latchkey({ issuer: 'https://login.example.org/oidc', clientId: 'shop', clientSecret: 'x'.repeat(32) }))
app.get('/', requireUser(), (req, res) => {
  const user: LatchkeyUser | undefined = req.user
  // @ts-expect-error: nobody may be signed in
  req.user.id
  res.send(user?.permissions.includes('orders:read') ? user.id : undefined)
})
// @ts-expect-error: the issuer is missing
latchkey({ clientId: 'shop', clientSecret: 'x'.repeat(32) })
`
  await writeFile(path.join(directory, 'app.ts'), app)
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node', 'app.ts']
  const { stdout } = await run(path.join(ROOT, 'node_modules/.bin/tsc'), options, { cwd: directory }).catch(
    error => error,
  )
  expect(stdout).toBe('')
})
