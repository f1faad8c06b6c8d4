import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChildServer, startChild } from '../support/child-server.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'
import { ownAddress } from '../support/federation.ts'
import { startServer } from '../support/harness.ts'
import { CLIENT_SECRET, type LyingProvider, settingsFor, startLyingProvider } from '../support/lying-provider.ts'
import { closeServers } from '../support/plain-server.ts'
import { Surfer } from '../support/surfer.ts'

const ENCRYPTION_KEYS = 'test-only-key-test-only-key-test-only-key-test'

let corp: LyingProvider
let child: ChildServer
let origin: string
let database: TestDatabase
const secrets = new Set<string>([CLIENT_SECRET])
beforeAll(async () => {
  corp = await startLyingProvider()
  database = await createEmptyDatabase()
  const address = await ownAddress()
  origin = address.BASE_URL ?? ''
  child = await startChild({
    ...address,
    ...settingsFor('corp', corp),
    DATABASE_URL: database.url,
    ENCRYPTION_KEYS,
    NODE_ENV: 'test',
    LOG_LEVEL: 'silly',
    LOG_FORMAT: 'json',
  })
  await child.printed(/first administrator/)
  await signInInManyWays()
  child.child.kill('SIGTERM')
  await child.exited
})
afterAll(async () => {
  await child.close()
  await closeServers()
  await database.drop()
})

async function signInInManyWays() {
  corp.become({ sub: 'ada', email: 'ada@example.org', email_verified: true, name: 'Ada', sid: 'session-of-ada' })
  secrets.add('session-of-ada')
  await visit()
  await visit(answer => answer.searchParams.set('code', 'code-of-nobody'))
  await visit(answer => answer.searchParams.set('state', 'state-of-nobody'))
  await visit(answer => answer.searchParams.set('error', 'server_error'))
  corp.lies.claims = payload => Object.assign(payload, { aud: 'other' })
  await visit()
  corp.lies.claims = () => {}
  corp.lies.idToken = token => `${token}AAAA`
  await visit()
  corp.lies.endpoints['/jwks'] = (_, response) => response.destroy()
  await visit()
  corp.lies.endpoints['/token'] = (_, response) => response.writeHead(500).end('{"access_token":"token-of-error"}')
  secrets.add('code-of-nobody').add('state-of-nobody').add('token-of-error')
  await visit()
  const body = new URLSearchParams({ logout_token: 'logout-token-of-nobody' })
  secrets.add('logout-token-of-nobody')
  await fetch(`${origin}/auth/oidc/corp/backchannel-logout`, { method: 'POST', body })
}

/** Signs a browser in, or not, and notes every secret of it. */
async function visit(change: (answer: URL) => void = () => {}) {
  const { idToken } = corp.lies
  corp.lies.idToken = token => {
    for (const part of token.split('.')) secrets.add(part)
    return idToken(token)
  }
  const surfer = new Surfer()
  const { at } = await surfer.go(`${origin}/auth/oidc/corp`, next => next.pathname.endsWith('/callback'))
  for (const name of ['state', 'code']) secrets.add(at.searchParams.get(name) ?? '')
  secrets.add(corp.authorizations.at(-1)?.get('nonce') ?? '')
  secrets.add(surfer.cookie(origin, 'latchkey.provider') ?? '')
  change(at)
  await surfer.ask(at)
  const { code_verifier: verifier } = corp.redemptions.at(-1) ?? {}
  if (typeof verifier === 'string') secrets.add(verifier)
  corp.lies.idToken = idToken
}

test('16.2.5 no state, nonce, code, verifier, token or secret of a provider is in any log line', () => {
  const lines = `${child.output.stdout}${child.output.stderr}`.split('\n')
  expect(lines.filter(line => line.includes('a provider did not confirm a sign-in')).length).toBeGreaterThan(3)
  expect(secrets.size).toBeGreaterThan(30)
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(10)
    expect(lines.filter(line => line.includes(secret))).toEqual([])
  }
})

test('16.2.5 nor in any security event or, in the clear, in any row that waits for an answer', async () => {
  const second = await startServer({ ENCRYPTION_KEYS }, database)
  const tables = ['AuditEvents', 'ProviderRequests', 'ProviderSessions', 'Identities']
  const rows = await Promise.all(tables.map(table => second.rows(`SELECT * FROM "${table}"`)))
  await second.close()
  const everything = JSON.stringify(rows)
  expect(everything).toContain('authn_login_success')
  for (const secret of secrets) expect(everything).not.toContain(secret)
})
