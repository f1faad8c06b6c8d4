import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MailContent } from '../../src/mail/content.ts'
import { type ChildServer, startChild } from '../support/child-server.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'
import { PASSWORD, startServer } from '../support/harness.ts'
import { head, sendRaw } from '../support/raw-http.ts'
import { mailFor, waitingMails } from '../support/waiting-mails.ts'

/** Stands in every input that is nobody's business; found in the log, it would be a leak. */
const CANARY = 'yellowcanary'
const SECRET = `${CANARY} sings at seven`
const ESCAPED = encodeURIComponent(SECRET)

const ENCRYPTION_KEYS = 'test-only-key-test-only-key-test-only-key-test'

type Line = Record<string, unknown> & { level: string; message: string }

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

/** Parts of a path that mean something to a terminal, to a log viewer or to a format string. */
const NASTY = ['%0d%0aerror:', '%1b[31m', '\x9b31m', '\xc2\x9b', '\xe2\x80\xa8', '"}{"level":"error"', '%s%d%j', '\x7f']

const JSON_TYPE = { 'Content-Type': 'application/json' }

describe.each(['json', 'pretty'])('with every level on, as %s,', format => {
  let database: TestDatabase
  let child: ChildServer
  let sid = ''
  let nastyLines: string[] = []
  const tokens: string[] = []
  let mails: MailContent[] = []
  let audit = ''
  const statuses: number[] = []
  let exitCode: number | null = null

  beforeAll(async () => {
    database = await createEmptyDatabase()
    child = await startChild({
      DATABASE_URL: database.url,
      LOG_LEVEL: 'silly',
      LOG_FORMAT: format,
      BYPASS_AUTH: 'true',
      NODE_ENV: 'test',
      BCRYPT_COST: '4',
      ENCRYPTION_KEYS,
    })
    await child.printed(/first administrator/)
    await sendNastyPaths()
    await visitEverything()
    await breakTheDatabase()
    child.child.kill('SIGTERM')
    exitCode = await child.exited
  })
  afterAll(async () => {
    await child.close()
    await database.drop()
  })

  async function request(path: string, init: RequestInit = {}) {
    const answer = await fetch(child.url + path, { redirect: 'manual', ...init })
    statuses.push(answer.status)
    return answer
  }
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    request(path, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  async function sendNastyPaths() {
    const from = child.output.stdout.length
    for (const path of NASTY) await sendRaw(child.port, head('GET', `/${path}`, `User-Agent: ${path}`))
    await sendRaw(child.port, head('GET', '/last'))
    await child.printed(/\/last/)
    nastyLines = child.output.stdout.slice(from).trimEnd().split('\n')
  }

  async function visitEverything() {
    const eve = { email: 'eve@example.org', name: 'Eve', password: SECRET }
    await post('/auth/register', eve)
    await post('/auth/register', eve)
    await post('/auth/register', { ...eve, email: 'x@example.org', invitation: SECRET })
    await post('/auth/setup', { ...eve, token: SECRET })
    await post('/auth/login', { email: eve.email, password: `${SECRET} wrong` })
    await post('/auth/login', { username: 'nobody', password: SECRET })
    const signedIn = await post('/auth/login', { email: eve.email, password: SECRET })
    const cookie = (signedIn.headers.getSetCookie().find(line => line.includes('connect.sid')) ?? '')
      .split(';', 1)
      .join()
    sid =
      decodeURIComponent(cookie)
        .replace(/^.*=s:/, '')
        .split('.')[0] ?? ''
    const headers = { Cookie: cookie }
    for (const path of ['/auth/session', '/auth/profile', '/auth/sessions']) await request(path, { headers })
    await useTokens(headers)
    await request('/auth/profile', { method: 'PATCH', headers: { ...headers, ...JSON_TYPE }, body: '{"name":"Eva"}' })
    await liveThrough(headers)
    await post('/auth/logout', {}, headers)
    await request('/auth/session', { headers })

    for (const path of ['/auth/session', '/api/v1/users', '/', '/nothing']) {
      await request(`${path}?password=${ESCAPED}&token=${ESCAPED}&access_token=${ESCAPED}`)
      await request(path, { headers: { Cookie: `connect.sid=s%3A${CANARY}.${CANARY}; ${CANARY}=1` } })
      await request(path, { headers: { Authorization: `Bearer ${CANARY}`, 'X-Api-Key': CANARY, Referer: CANARY } })
    }
    await request(`/auth/bypass?token=${ESCAPED}`)
    await post(`/auth/login?password=${ESCAPED}`, {})
    await post('/auth/login', `{"password":"${SECRET}"`)
    await post('/auth/login', `{"password":"${SECRET}","email":{"$ne":"${SECRET}"}}`)
    await post('/auth/login', `{"${CANARY}":1}`)
    await post('/auth/login', { email: 'a', password: SECRET.repeat(9000) })
    await post('/auth/login', SECRET, { 'Content-Type': 'text/plain' })
    await post('/auth/logout', {}, { Origin: `https://${CANARY}.example`, 'Sec-Fetch-Site': 'cross-site' })
    await sendRaw(child.port, `${CANARY}\r\nCookie: ${CANARY}\r\n\r\n`)
    await sendRaw(child.port, head('GET', '/', `Cookie: ${CANARY.repeat(3000)}`))
  }

  /** Every step of an account that takes a secret, or gives one. */
  async function liveThrough(headers: Record<string, string>) {
    await post('/auth/forgot-password', { email: 'eve@example.org' })
    for (const path of ['verify-email', 'confirm-email', 'undo-email-change', 'not-me'])
      await post(`/auth/${path}`, { token: SECRET })
    await post('/auth/reset-password', { token: SECRET, password: SECRET })
    await post('/auth/change-email', { email: 'eva@example.org' }, headers)
    await post('/auth/change-password', { currentPassword: SECRET, newPassword: CANARY }, headers)
    await post('/auth/reauthenticate', { password: `${SECRET} wrong` }, headers)
    await post('/auth/password-strength', { password: SECRET })
    await post('/auth/second-factor', { recoveryCode: CANARY }, headers)
    const totp = (await (await post('/auth/totp', {}, headers)).json()) as { secret?: string }
    tokens.push(totp.secret ?? CANARY)
    await post('/auth/totp/confirm', { code: '000000' }, headers)
  }

  /** Good and bad, where they belong and where they do not. */
  async function useTokens(headers: Record<string, string>) {
    const make = async (path: string, body: object) =>
      (await (await post(path, body, headers)).json()) as Record<'token' | 'access_token', string>
    const made = await make('/auth/tokens', { name: 'nightly backup', scopes: [] })
    const issued = await make('/auth/token', {})
    tokens.push(made.token, issued.access_token)
    for (const token of tokens) {
      for (const path of ['/api/v1/me', '/api/v1/users', '/auth/session'])
        await request(path, { headers: { Authorization: `Bearer ${token}` } })
      await request('/api/v1/me', { headers: { Authorization: `Bearer ${token.slice(0, -1)}` } })
      await request('/api/v1/me', { headers: { Authorization: `Token ${token}` } })
      await request(`/api/v1/me?access_token=${token}`)
    }
    await post('/auth/tokens/report', { token: made.token })
  }

  /** Errors of the driver print their statement with its values. */
  async function breakTheDatabase() {
    const second = await startServer({ SESSION_CACHE: '0', ENCRYPTION_KEYS }, database)
    await mailFor(second, 'eve@example.org', 'reset-password')
    mails = await waitingMails(second)
    audit = JSON.stringify(await second.rows('SELECT * FROM "AuditEvents"'))
    await second.rows('ALTER TABLE "Sessions" DROP COLUMN "ip"')
    await post('/auth/login', { email: 'eve@example.org', password: SECRET })
    await second.rows('ALTER TABLE "Users" RENAME TO "UsersGone"')
    await post('/auth/login', { email: `${CANARY}@example.org`, password: SECRET })
    await post('/auth/register', { email: 'z@example.org', name: 'Z', password: PASSWORD })
    await second.close()
  }

  test('a SIGTERM stops it with exit code 0', () => {
    expect(exitCode).toBe(0)
  })

  test('16.2.5 no credential is in any line, on either stream', () => {
    const everything = child.output.stdout + child.output.stderr
    expect(sid).toMatch(/^[\w-]{32}$/)
    // What a token begins with is its id, which the log may hold.
    const secretParts = tokens.map(token => token.slice(-40))
    expect(secretParts).toHaveLength(3)
    const inLinks = mails.map(mail => JSON.stringify(mail).match(/#([\w-]{43})/)?.[1] ?? '')
    expect(inLinks.filter(Boolean).length).toBeGreaterThanOrEqual(3)
    for (const secret of [CANARY, sid, '$2b$', ESCAPED, ...secretParts, ...inLinks.filter(Boolean)]) {
      const hits = everything.split('\n').filter(line => line.includes(secret))
      expect(hits).toEqual([])
    }
  })

  test('16.2.5 no credential is in any mail or security event', () => {
    expect(mails.map(({ template }) => template)).toEqual(
      expect.arrayContaining(['verify-email', 'reset-password', 'email-change-requested']),
    )
    for (const secret of [CANARY, sid, '$2b$', ...tokens.map(token => token.slice(-20))]) {
      expect(JSON.stringify(mails)).not.toContain(secret)
      expect(audit).not.toContain(secret)
    }
  })

  test('the log was written all the same: levels, requests, sign-ins and failures', () => {
    expect([...new Set(statuses)].sort()).toEqual([200, 201, 202, 400, 401, 403, 404, 409, 413, 415, 422, 503])
    for (const expected of ['request', 'sql', 'signed in', 'signed out', 'unreadable request', 'request failed'])
      expect(child.output.stdout).toContain(expected)
    expect(child.output.stderr).toBe('')
  })

  if (format === 'json')
    test('16.2.2 16.2.4 every line is a JSON object with its level and its time in UTC', () => {
      const lines = child.output.stdout.trimEnd().split('\n')
      expect(lines.length).toBeGreaterThan(50)
      for (const line of lines)
        expect(JSON.parse(line)).toMatchObject({
          level: expect.any(String),
          timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        })
    })

  test('16.4.1 no request breaks a line or puts a control character into it', () => {
    expect(nastyLines).toHaveLength(NASTY.length + 1)
    for (const line of nastyLines) expect(withoutColour(line)).not.toMatch(CONTROL)
    if (format === 'json') for (const line of nastyLines) expect((JSON.parse(line) as Line).message).toMatch(/request$/)
  })
})

function withoutColour(line: string) {
  return [33, 36, 39].reduce((text, colour) => text.replace(`\u001b[${colour}m`, ''), line)
}
