import { execFileSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { days, minutes, seconds } from '../../src/durations.ts'
import { createSealer } from '../../src/encryption/sealer.ts'
import { codeOf, enrolTotp, wrongCode } from '../support/enrol.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'
import { waitingNotices } from '../support/waiting-mails.ts'
import { moveClock, stopClock } from '../support/ways.ts'

const STEP = seconds(30)
const KEY = 'first-key-of-three-test-only-0123456789-abcdefgh'
const NEWER_KEY = 'newer-key-of-three-test-only-9876543210-ijklmnop'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ ENCRYPTION_KEYS: KEY, HASH_QUEUE: '100' })
})
afterAll(() => server.close())
beforeEach(() => {
  stopClock(server)
  // The middle of a step, so that a few seconds more or less stay within it.
  vi.setSystemTime(Math.floor(Date.now() / STEP) * STEP + STEP / 2)
})
afterEach(() => void vi.useRealTimers())

let people = 0
/** Somebody of their own for each test. @returns the browser in which they are signed in */
async function somebody() {
  const person = { ...ADA, email: `person${people++}@example.org` }
  await server.register(person)
  return { person, ...(await server.signIn(person)) }
}
async function withApp() {
  const { person, browser } = await somebody()
  return { person, browser, ...(await enrolTotp(browser)) }
}
async function logIn(person: typeof ADA) {
  const { browser } = await server.signIn(person)
  return (code: string) => browser.post('/auth/second-factor').send({ code })
}
const step = (milliseconds: number) => moveClock(milliseconds, server)
function oathtool(secret: string, at: number) {
  return execFileSync('oathtool', ['--totp', '--base32', `--now=@${Math.floor(at / 1000)}`, secret], {
    encoding: 'utf8',
  }).trim()
}

function hasOathtool() {
  try {
    execFileSync('oathtool', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const isSkipped = !hasOathtool() && process.env.CI !== 'true'
if (isSkipped) process.stdout.write('oathtool is not installed: the comparison of codes with it is SKIPPED.\n')

describe('7.5.1 an app that is not confirmed yet', () => {
  async function begin(browser: ReturnType<TestServer['agent']>) {
    const { body } = await browser.post('/auth/totp').send({}).expect(200)
    return body.secret as string
  }
  const confirm = (browser: ReturnType<TestServer['agent']>, secret: string) =>
    browser.post('/auth/totp/confirm').send({ code: codeOf(secret) })

  test('belongs to the session that began', async () => {
    const { person, browser } = await somebody()
    const secret = await begin(browser)
    const other = await server.signIn(person)
    expectProblem(await confirm(other.browser, secret), 404, 'not_found')
    await confirm(browser, secret).expect(200)
  })

  test('can be confirmed for 15 minutes, and is removed when the next one begins', async () => {
    const [first, second] = [await somebody(), await somebody()]
    const secret = await begin(first.browser)
    await step(minutes(15))
    await first.browser.post('/auth/reauthenticate').send({ password: first.person.password }).expect(200)
    expectProblem(await confirm(first.browser, secret), 404, 'not_found')
    await second.browser.post('/auth/reauthenticate').send({ password: second.person.password }).expect(200)
    await begin(second.browser)
    expect(await server.rows('SELECT 1 FROM "TotpSecrets" WHERE "confirmedAt" IS NULL')).toHaveLength(1)
  })
})

describe('enrolment', () => {
  test('3.1.4 the secret has 160 bits, and stands in the URI and in the QR code', async () => {
    const { browser, person } = await somebody()
    const { body } = await browser.post('/auth/totp').send({}).expect(200)
    expect(body.secret).toMatch(/^[A-Z2-7]{32}$/)
    const uri = new URL(body.uri)
    expect(decodeURIComponent(uri.pathname)).toBe(`/Latchkey:${person.email}`)
    expect(Object.fromEntries(uri.searchParams)).toEqual({ secret: body.secret, issuer: 'Latchkey' })
    expect(body.qr).toMatch(/^<svg .*<\/svg>$/s)
  })

  test('6.5.3 no two secrets are alike', async () => {
    const { browser } = await somebody()
    const secrets = new Set<string>()
    for (let made = 0; made < 20; made++) secrets.add((await browser.post('/auth/totp').send({})).body.secret)
    expect(secrets.size).toBe(20)
  })

  test('14.2.6 the secret is in the database only sealed, and is shown at no later time', async () => {
    const { secret, browser } = await withApp()
    const stored = JSON.stringify(await server.rows('SELECT * FROM "TotpSecrets"'))
    expect(stored).toContain('v1.')
    expect(stored).not.toContain(secret)
    expect((await browser.get('/auth/factors')).text).not.toContain(secret)
  })

  test('it counts only once confirmed', async () => {
    const { browser, person } = await somebody()
    const { body } = await browser.post('/auth/totp').send({}).expect(200)
    expectProblem(await browser.post('/auth/totp/confirm').send({ code: wrongCode(body.secret) }), 422, 'invalid_code')
    expect((await browser.get('/auth/factors')).body.totp).toBeNull()
    const again = await server.agent().post('/auth/login').send({ email: person.email, password: person.password })
    expect(again.body.user.email).toBe(person.email)
  })

  test('beginning again voids the secret before; with a confirmed app it is refused', async () => {
    const { browser } = await somebody()
    const first = (await browser.post('/auth/totp').send({})).body.secret
    const second = (await browser.post('/auth/totp').send({})).body.secret
    await browser
      .post('/auth/totp/confirm')
      .send({ code: codeOf(first) })
      .expect(422)
    await browser
      .post('/auth/totp/confirm')
      .send({ code: codeOf(second) })
      .expect(200)
    expectProblem(await browser.post('/auth/totp').send({}), 409, 'factor_exists')
    expectProblem(await browser.post('/auth/totp/confirm').send({ code: codeOf(second) }), 409, 'factor_exists')
  })

  test('7.5.1 adding and removing need a recent proof', async () => {
    const { browser } = await withApp()
    await step(minutes(5) + 1)
    expectProblem(await browser.post('/auth/totp').send({}), 403, 'reauthentication_required')
    expectProblem(await browser.delete('/auth/totp'), 403, 'reauthentication_required')
    expectProblem(await browser.post('/auth/recovery-codes').send({}), 403, 'reauthentication_required')
  })

  test('4.6 adding and removing are recorded and told by mail', async () => {
    await server.rows('DELETE FROM "Mails"')
    const { browser, person } = await withApp()
    await step(1)
    await browser.delete('/auth/totp').expect(200)
    const events = await server.rows<{ event: string; details: string }>(
      'SELECT "event", "details" FROM "AuditEvents" ORDER BY "seq" DESC LIMIT 4',
    )
    expect(events.map(({ event, details }) => [event, JSON.parse(details).factor])).toEqual([
      ['authn_factor_removed', 'totp'],
      ['authn_recovery_codes_issued', undefined],
      ['authn_factor_added', 'totp'],
      ['authn_login_success', undefined],
    ])
    expect(await waitingNotices(server)).toMatchObject([
      { template: 'factor-added', to: person.email },
      {
        template: 'factor-removed',
        data: { factor: 'authenticator app', notMeLink: expect.stringContaining('/not-me#') },
      },
    ])
  })

  test('6.5.6 a removed app opens nothing from then on, and its recovery codes go with it', async () => {
    const { browser, person, recoveryCodes } = await withApp()
    const waiting = await server.signIn(person)
    await browser.delete('/auth/totp').expect(200)
    await waiting.browser.post('/auth/second-factor').send({ recoveryCode: recoveryCodes[0] }).expect(422)
    const after = await server.agent().post('/auth/login').send({ email: person.email, password: person.password })
    expect(after.body.secondFactor).toBeUndefined()
    expectProblem(await browser.delete('/auth/totp'), 404, 'not_found')
  })

  test('7.4.3 7.2.4 adding a factor ends the other sessions, unless told not to, and renews this one', async () => {
    for (const endOthers of [true, false]) {
      const { person, browser, cookie } = await somebody()
      const other = await server.signIn(person)
      const { secret } = (await browser.post('/auth/totp').send({})).body
      await browser
        .post('/auth/totp/confirm')
        .send({ code: codeOf(secret), endOthers })
        .expect(200)
      const dead = await server.agent().get('/auth/profile').set('Cookie', cookie).expect(401)
      expect(dead.body.reason).toBe('replaced')
      expect((await browser.get('/auth/session').expect(200)).body.factors).toEqual(['password', 'totp'])
      const elsewhere = await other.browser.get('/auth/profile')
      expect([elsewhere.status, elsewhere.body.reason]).toEqual(endOthers ? [401, 'factor-changed'] : [200, undefined])
    }
  })
})

describe('codes', () => {
  test.skipIf(isSkipped)('3.1.4 are those of oathtool, at any time', async () => {
    const { browser } = await somebody()
    const { secret } = (await browser.post('/auth/totp').send({})).body
    for (const later of [0, seconds(31), minutes(61), days(400), days(9000)]) {
      const at = Date.now() + later
      expect(codeOf(secret, later / STEP)).toBe(oathtool(secret, at))
    }
    await browser
      .post('/auth/totp/confirm')
      .send({ code: oathtool(secret, Date.now()) })
      .expect(200)
  })

  test.each([
    { steps: 0, accepted: 200 },
    { steps: -1, accepted: 200 },
    { steps: -2, accepted: 422 },
    { steps: 1, accepted: 422 },
  ])('6.5.5 of step $steps are answered $accepted', async ({ steps, accepted }) => {
    const { person, secret } = await withApp()
    await step(3 * STEP)
    const send = await logIn(person)
    await send(codeOf(secret, steps)).expect(accepted)
  })

  test('6.5.5 a code is good until the end of the step after its own, by our clock', async () => {
    const { person, secret } = await withApp()
    await step(3 * STEP)
    const code = codeOf(secret)
    const send = await logIn(person)
    await step(STEP + STEP / 2)
    await send(code).expect(422)
  })

  test('6.5.1 is accepted once: not again in the step, nor on another session, nor an older one after it', async () => {
    const { person, secret } = await withApp()
    const send = await logIn(person)
    expectProblem(await send(codeOf(secret)), 422, 'invalid_code')
    await step(2 * STEP)
    const [now, before] = [codeOf(secret), codeOf(secret, -1)]
    await send(now).expect(200)
    const elsewhere = await logIn(person)
    await elsewhere(now).expect(422)
    await elsewhere(before).expect(422)
  })

  test('6.5.1 of 50 parallel uses one succeeds', async () => {
    const { person, secret } = await withApp()
    await step(2 * STEP)
    const code = codeOf(secret)
    const logins = await Promise.all(Array.from({ length: 50 }, () => logIn(person)))
    const answers = await Promise.all(logins.map(send => send(code)))
    const statuses = answers.map(each => each.status).sort()
    expect(statuses).toEqual([200, ...Array(49).fill(422)])
  })

  test.each(['12345', '1234567', 'abcdef', '', '１２３４５６'])('%j is no code', async code => {
    const { person } = await withApp()
    const send = await logIn(person)
    expectProblem(await send(code), 422, 'validation_failed')
  })

  test('13.3.4 a secret under an older encryption key is sealed anew when it is used', async () => {
    const { person, secret } = await withApp()
    const newer = await startServer({ ENCRYPTION_KEYS: `${NEWER_KEY},${KEY}` }, server.database)
    await step(2 * STEP)
    const { browser } = await newer.signIn(person)
    await browser
      .post('/auth/second-factor')
      .send({ code: codeOf(secret) })
      .expect(200)
    const [row] = await newer.rows<{ secret: string; userId: string }>(
      `SELECT t.* FROM "TotpSecrets" t JOIN "Users" u ON u."id" = t."userId" WHERE u."email" = '${person.email}'`,
    )
    const sealed = createSealer([NEWER_KEY]).open(row?.secret ?? '', `totp:${row?.userId}`)
    expect(sealed).toEqual({ text: secret, outdated: false })
    await newer.stop()
  })
})
