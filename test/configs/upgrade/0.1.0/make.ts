import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import supertest from 'supertest'
import { Authenticator } from '../../../support/authenticator.ts'
import { freePort } from '../../../support/child-server.ts'
import { codeOf } from '../../../support/enrol.ts'
import { cookiesOf } from '../../../support/harness.ts'
import { startMailbox } from '../../../support/mailbox.ts'
import type { Fixture } from '../fixture.ts'

/**
 * Fills a database through the HTTP interface and the command line of a checked-out release, and writes it beside this file:
 *   npx node test/configs/upgrade/0.1.0/make.ts CHECKOUT sqlite
 *   npx node test/configs/upgrade/0.1.0/make.ts CHECKOUT postgres URL_OF_AN_EMPTY_DATABASE
 * CHECKOUT has its packages installed. Run it at once and uninterrupted: codes, links and fresh proofs are short-lived.
 */
const [checkout = '.', dialect = 'sqlite', postgresUrl = ''] = process.argv.slice(2)
const PASSWORD = 'seven green bicycles at dawn'
const OLD = {
  SESSION_SECRET: 'test-only-secret-of-2026-old-0123456789-abcdef',
  ENCRYPTION_KEYS: 'test-only-key-of-2026-old-0123456789-abcdefgh',
}
const NEW = {
  SESSION_SECRET: 'test-only-secret-of-2026-new-9876543210-fedcba',
  ENCRYPTION_KEYS: 'test-only-key-of-2026-new-9876543210-hgfedcba',
}

const directory = mkdtempSync(path.join(tmpdir(), 'latchkey-fixture-'))
const file = path.join(directory, 'latchkey.sqlite')
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const settings: Record<string, string | undefined> = {
  PATH: process.env.PATH,
  NODE_ENV: 'test',
  PORT: String(port),
  BASE_URL: 'http://localhost:3000',
  DATABASE_URL: dialect === 'sqlite' ? `sqlite:${file}` : postgresUrl,
  BCRYPT_COST: '4',
  LOG_LEVEL: 'info',
  LOG_FORMAT: 'json',
  ...OLD,
}
const mailbox = await startMailbox({
  onRcptTo: ({ address }, _session, done) =>
    address.startsWith('refused@') ? done(Object.assign(new Error('no such user'), { responseCode: 550 })) : done(),
})

async function run(args: string[], input = '', more: Record<string, string> = {}) {
  const child = spawn(process.execPath, [path.join(checkout, 'src/cli.ts'), ...args], {
    cwd: directory,
    env: { ...settings, ...more },
  })
  child.stdin.end(input)
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  if (child.exitCode !== 0) throw new Error(`${args.join(' ')}: ${errors}`)
  return output
}

async function serve(more: Record<string, string>) {
  const child = spawn(process.execPath, [path.join(checkout, 'src/main.js')], {
    cwd: directory,
    env: { ...settings, ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.once('exit', () => child.kill())
  let log = ''
  child.stdout.setEncoding('utf8').on('data', part => (log += part))
  const healthy = async () => (await fetch(`${url}/healthz`).catch(() => undefined))?.ok
  while (!(await healthy()) || !log.includes('listens on')) await new Promise(resolve => setTimeout(resolve, 50))
  async function stop() {
    child.kill('SIGTERM')
    await once(child, 'close')
  }
  return { log: () => log, stop }
}

const agent = () => supertest.agent(url)
const personOf = (name: string) => ({ email: `${name}@example.org`, name: `${name} of 2026`, password: PASSWORD })
async function register(name: string, more: object = {}): Promise<string> {
  return (
    await agent()
      .post('/auth/register')
      .send({ ...personOf(name), ...more })
      .expect(201)
  ).body.id
}
async function verify(name: string) {
  const { token } = await mailbox.next(personOf(name).email)
  await agent().post('/auth/verify-email').send({ token }).expect(200)
}
/** The value of the session cookie goes into the fixture as it is sent. */
async function signIn(name: string, rememberMe = false) {
  const browser = agent()
  const { email, password } = personOf(name)
  const answer = await browser.post('/auth/login').send({ email, password, rememberMe }).expect(200)
  return { browser, ...cookiesIn(answer) }
}
function cookiesIn(answer: supertest.Response) {
  const cookies = cookiesOf(answer)
  const named = (name: string) => (cookies.has(name) ? `${name}=${cookies.get(name)?.value}` : '')
  return { cookie: named('connect.sid'), device: named('latchkey.device') }
}
async function mailTo(name: string, link: string) {
  for (;;) {
    const mail = await mailbox.next(personOf(name).email)
    if (mail.link.includes(`/${link}#`)) return mail.token
  }
}
async function addPasskey(browser: ReturnType<typeof agent>, name: string) {
  const authenticator = new Authenticator('http://localhost:3000')
  const options = (await browser.post('/auth/passkeys/options').send({}).expect(200)).body
  const credential = authenticator.create(options)
  const { body } = await browser.post('/auth/passkeys').send({ name, credential, endOthers: false }).expect(200)
  return { authenticator, recoveryCodes: (body.recoveryCodes ?? []) as string[] }
}
async function addApp(browser: ReturnType<typeof agent>) {
  const { secret } = (await browser.post('/auth/totp').send({}).expect(200)).body as { secret: string }
  const confirm = { code: codeOf(secret), endOthers: false }
  const { body } = await browser.post('/auth/totp/confirm').send(confirm).expect(200)
  return { secret, recoveryCodes: (body.recoveryCodes ?? []) as string[] }
}
async function token(browser: ReturnType<typeof agent>, scopes: string[]): Promise<string> {
  return (await browser.post('/auth/tokens').send({ name: 'of 2026', scopes }).expect(201)).body.token
}

// Under the old secret and the old key, with a mail server.
const first = await serve(mailbox.settings)
await new Promise(resolve => setTimeout(resolve, 1000))
const setup = /\/setup#([\w-]+)/.exec(first.log())?.[1]
await agent()
  .post('/auth/setup')
  .send({ token: setup, ...personOf('root') })
  .expect(201)
await verify('root')
const root = await signIn('root')
const app = await addApp(root.browser)
const rootToken = await token(root.browser, ['users:read', 'users:write', 'roles:read', 'roles:write', 'audit:read'])
const asRoot = { Authorization: `Bearer ${rootToken}` }

for (const name of ['pia', 'paul', 'robbed', 'moving', 'was', 'forgetful', 'guessed', 'disabled', 'gone', 'codes']) {
  await register(name, name === 'paul' ? { username: 'paul' } : {})
  await verify(name)
}
await register('unverified')
await register('refused')
const unverified = await mailTo('unverified', 'verify-email')

const { authenticator, recoveryCodes } = await addPasskey((await signIn('pia')).browser, 'Key of 2026')
const pia = await signIn('pia', true)
const options = (await pia.browser.post('/auth/second-factor/options').send({}).expect(200)).body
const byPasskey = await pia.browser
  .post('/auth/second-factor')
  .send({ passkey: authenticator.get(options) })
  .expect(200)
const codes = await signIn('codes')
const { recoveryCodes: codesOfCodes } = await addPasskey(codes.browser, 'Lost key')

const paul = await signIn('paul')
const paulRemembered = await signIn('paul', true)
const paulToken = await token(paul.browser, [])
const revoked = (await paul.browser.post('/auth/tokens').send({ name: 'revoked', scopes: [] }).expect(201)).body
await paul.browser.delete(`/auth/tokens/${revoked.id}`).expect(200)
const ended = await signIn('paul')
await ended.browser.post('/auth/logout').send({}).expect(200)

await signIn('robbed')
await signIn('robbed')
const notMe = await mailTo('robbed', 'not-me')
const moving = await signIn('moving')
await moving.browser.post('/auth/change-email').send({ email: 'moved@example.org' }).expect(202)
const confirm = (await mailbox.next('moved@example.org')).token
const was = await signIn('was')
await was.browser.post('/auth/change-email').send({ email: 'is@example.org' }).expect(202)
await agent()
  .post('/auth/confirm-email')
  .send({ token: (await mailbox.next('is@example.org')).token })
  .expect(200)
const undo = await mailTo('was', 'undo-email-change')
await agent().post('/auth/forgot-password').send({ email: 'forgetful@example.org' }).expect(202)
const reset = await mailTo('forgetful', 'reset-password')
const { email } = personOf('guessed')
for (let tries = 0; tries < 5; tries++) await agent().post('/auth/login').send({ email, password: 'wrong' }).expect(401)

const users: { id: string; email: string }[] = (await agent().get('/api/v1/users').set(asRoot).expect(200)).body.items
const idOf = (name: string) => users.find(user => user.email === personOf(name).email)?.id
await agent()
  .post(`/api/v1/users/${idOf('disabled')}/disable`)
  .set(asRoot)
  .send({})
  .expect(200)
await agent()
  .delete(`/api/v1/users/${idOf('gone')}`)
  .set(asRoot)
  .expect(204)
const role = { name: 'auditor', description: 'Reads the log', permissions: ['audit:read'] }
await agent().post('/api/v1/roles').set(asRoot).send(role).expect(201)
await agent()
  .put(`/api/v1/users/${idOf('paul')}/roles/auditor`)
  .set(asRoot)
  .expect(204)
const paulAgain = await signIn('paul', true)
const auditToken = await token(paulAgain.browser, ['audit:read'])
await first.stop()

// Under new ones in front of the old ones, without a mail server.
settings.SESSION_SECRET = `${NEW.SESSION_SECRET},${OLD.SESSION_SECRET}`
settings.ENCRYPTION_KEYS = `${NEW.ENCRYPTION_KEYS},${OLD.ENCRYPTION_KEYS}`
await run(['keys', 'rotate'])
const invitation = (await run(['invite', 'guest@example.org'])).trim().split('#')[1]
await run(['user', 'create', '--email', 'made@example.org', '--name', 'Made by hand'], `${PASSWORD}\n`)
const second = await serve({})
const pending = await signIn('root')
// The code of this step may be used up.
await new Promise(resolve => setTimeout(resolve, 31_000))
const trusting = await signIn('root')
const trusted = await trusting.browser
  .post('/auth/second-factor')
  .send({ code: codeOf(app.secret), rememberDevice: true })
  .expect(200)
const known = await signIn('moving')
await agent().post('/auth/forgot-password').send({ email: 'paul@example.org' }).expect(202)
await agent().post('/auth/login/passkey/options').send({}).expect(200)
await second.stop()
await mailbox.close()

const fixture: Fixture = {
  madeAt: new Date().toISOString(),
  settings: {
    BASE_URL: 'http://localhost:3000',
    SESSION_SECRET: settings.SESSION_SECRET,
    ENCRYPTION_KEYS: settings.ENCRYPTION_KEYS,
  },
  password: PASSWORD,
  app: { secret: app.secret, recoveryCodes: app.recoveryCodes },
  passkey: { credential: authenticator.save(), recoveryCodes },
  recoveryCodes: codesOfCodes,
  tokens: { root: rootToken, paul: paulToken, auditor: auditToken, revoked: revoked.token },
  cookies: {
    root: cookiesIn(trusted).cookie,
    pending: pending.cookie,
    piaRemembered: cookiesIn(byPasskey).cookie,
    paulRemembered: paulRemembered.cookie,
    paulAgain: paulAgain.cookie,
    moving: known.cookie,
    ended: ended.cookie,
  },
  devices: { trustedOfRoot: cookiesIn(trusted).device, knownOfMoving: known.device },
  links: { unverified, notMe, confirm, undo, reset, invitation: invitation ?? '' },
}
for (const [group, values] of Object.entries({ ...fixture.cookies, ...fixture.devices, ...fixture.links }))
  if (!values) throw new Error(`nothing was kept for ${group}`)
writeFileSync(path.join(import.meta.dirname, `${dialect}.json`), `${JSON.stringify(fixture, null, 2)}\n`)

if (dialect === 'sqlite') {
  if (existsSync(`${file}-wal`)) throw new Error('the last process left a journal')
  copyFileSync(file, path.join(import.meta.dirname, 'sqlite.db'))
} else {
  const dump = execFileSync('pg_dump', ['--no-owner', '--no-privileges', '--inserts', postgresUrl], {
    encoding: 'utf8',
  })
  // Commands of psql, and versions of this machine's programs.
  const lines = dump.split('\n').filter(line => !/^(\\|--)/.test(line))
  writeFileSync(path.join(import.meta.dirname, 'postgres.sql'), lines.join('\n').replaceAll(/\n{3,}/g, '\n\n'))
}
