import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { User } from '../../models/user.ts'
import { disableUser } from '../../src/administration/administer.ts'
import { minutes } from '../../src/durations.ts'
import { Authenticator, type Twist } from '../support/authenticator.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, cookiesOf, startServer, type TestServer } from '../support/harness.ts'
import { moveClock, stopClock } from '../support/ways.ts'

type Browser = ReturnType<TestServer['agent']>

let server: TestServer
beforeAll(async () => {
  server = await startServer({ HASH_QUEUE: '100' })
})
afterAll(() => server.close())
beforeEach(() => stopClock(server))
afterEach(() => void vi.useRealTimers())

const step = (milliseconds: number) => moveClock(milliseconds, server)
const origin = () => server.env.BASE_URL

let people = 0
async function somebody() {
  const person = { ...ADA, email: `person${people++}@example.org` }
  await server.register(person)
  return { person, ...(await server.signIn(person)) }
}
const optionsFrom = async (browser: Browser, path: string) => (await browser.post(path).send({}).expect(200)).body

async function register(browser: Browser, authenticator: Authenticator, twist?: Twist, name = 'Key') {
  const credential = authenticator.create(await optionsFrom(browser, '/auth/passkeys/options'), twist)
  return browser.post('/auth/passkeys').send({ name, credential })
}
async function withPasskey() {
  const { person, browser, cookie } = await somebody()
  const authenticator = new Authenticator(origin())
  const added = await register(browser, authenticator)
  expect(added.status).toBe(200)
  return { person, browser, cookie, authenticator, added: added.body }
}
async function signInBy(authenticator: Authenticator, twist?: Twist, browser = server.agent()) {
  const credential = authenticator.get(await optionsFrom(browser, '/auth/login/passkey/options'), twist)
  return browser.post('/auth/login/passkey').send({ credential })
}
async function lastEvent() {
  return (await server.rows<Record<string, string>>('SELECT * FROM "AuditEvents" ORDER BY "seq" DESC LIMIT 1'))[0]
}

describe('adding a passkey', () => {
  test('asks for one of this host, without attestation, discoverable where possible', async () => {
    const { browser, person } = await somebody()
    const options = await optionsFrom(browser, '/auth/passkeys/options')
    expect(options).toMatchObject({
      rp: { id: 'localhost', name: 'Latchkey' },
      user: { name: person.email, displayName: person.name },
      attestation: 'none',
      excludeCredentials: [],
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    })
  })

  test('6.7.2 challenges have 256 bits and are never alike', async () => {
    const { browser } = await somebody()
    const challenges = new Set<string>()
    for (let made = 0; made < 50; made++)
      challenges.add((await optionsFrom(browser, '/auth/passkeys/options')).challenge)
    expect(challenges.size).toBe(50)
    for (const challenge of challenges) expect(Buffer.from(challenge, 'base64url')).toHaveLength(32)
  })

  test('the first one brings recovery codes, and is listed', async () => {
    const { browser, added } = await withPasskey()
    expect(added.recoveryCodes).toHaveLength(10)
    const { body } = await browser.get('/auth/factors').expect(200)
    expect(body.passkeys).toEqual([
      { id: expect.any(String), name: 'Key', createdAt: new Date().toISOString(), lastUsedAt: null, backedUp: false },
    ])
    const second = await register(browser, new Authenticator(origin()))
    expect(second.status).toBe(200)
    expect(second.body.recoveryCodes).toBeUndefined()
  })

  test('7.4.3 ends the other sessions and is recorded', async () => {
    const { person, browser } = await somebody()
    const other = await server.signIn(person)
    expect((await register(browser, new Authenticator(origin()))).body.ended).toBe(1)
    expect((await other.browser.get('/auth/profile').expect(401)).body.reason).toBe('factor-changed')
    expect((await lastEvent())?.event).toBe('authn_recovery_codes_issued')
    expect((await browser.get('/auth/session')).body.factors).toEqual(['password', 'passkey'])
  })

  test('those that one has are excluded, and refused if sent all the same', async () => {
    const { browser, authenticator } = await withPasskey()
    const options = await optionsFrom(browser, '/auth/passkeys/options')
    expect(options.excludeCredentials).toMatchObject([{ id: authenticator.id }])
    expectProblem(await register(browser, authenticator), 409, 'factor_exists')
  })

  test("somebody else's passkey is refused and stays theirs", async () => {
    const { authenticator, person } = await withPasskey()
    const { browser } = await somebody()
    expectProblem(await register(browser, authenticator), 409, 'factor_exists')
    const options = await optionsFrom(server.agent(), '/auth/login/passkey/options')
    expect(options.allowCredentials).toBeUndefined()
    expect(person.email).toBeTruthy()
  })

  test('at most 20', async () => {
    const { browser } = await somebody()
    for (let added = 0; added < 20; added++)
      expect((await register(browser, new Authenticator(origin()))).status).toBe(200)
    expectProblem(await browser.post('/auth/passkeys/options').send({}), 409, 'factor_exists')
  })

  test.each<{ wrong: string; twist: Twist }>([
    { wrong: 'another origin', twist: { origin: 'https://evil.example' } },
    { wrong: 'another host', twist: { rpId: 'evil.example' } },
    { wrong: 'nobody present', twist: { userPresent: false } },
    { wrong: 'the type of a sign-in', twist: { type: 'webauthn.get' } },
    { wrong: 'a challenge of their own', twist: { challenge: 'b'.repeat(43) } },
  ])('with $wrong is refused', async ({ twist }) => {
    const { browser } = await somebody()
    expectProblem(await register(browser, new Authenticator(origin()), twist), 422, 'invalid_code')
    expect((await browser.get('/auth/factors')).body.passkeys).toEqual([])
  })

  test('6.7.2 a challenge is good in the session that asked, once, for five minutes', async () => {
    const [mine, other] = [await somebody(), await somebody()]
    const options = await optionsFrom(mine.browser, '/auth/passkeys/options')
    const credential = new Authenticator(origin()).create(options)
    const send = (browser: Browser, sent: object) =>
      browser.post('/auth/passkeys').send({ name: 'Key', credential: sent })
    expectProblem(await send(other.browser, credential), 422, 'invalid_code')
    await send(mine.browser, credential).expect(200)
    expectProblem(await send(mine.browser, new Authenticator(origin()).create(options)), 422, 'invalid_code')
    const late = new Authenticator(origin()).create(await optionsFrom(mine.browser, '/auth/passkeys/options'))
    await step(minutes(5))
    expectProblem(await send(mine.browser, late), 422, 'invalid_code')
  })

  test('challenges that nobody answered go', async () => {
    const { browser } = await somebody()
    await optionsFrom(browser, '/auth/passkeys/options')
    await step(minutes(5) - 1)
    await browser.post('/auth/login/passkey/options').send({}).expect(200)
    await step(2)
    await browser.post('/auth/login/passkey/options').send({}).expect(200)
    const [row] = await server.rows<{ left: number }>('SELECT COUNT(*) AS "left" FROM "Challenges"')
    expect(Number(row?.left)).toBe(2)
  })

  test('7.5.1 needs a recent proof, as removing does', async () => {
    const { browser } = await withPasskey()
    const [{ id }] = (await browser.get('/auth/factors')).body.passkeys
    await step(minutes(6))
    expectProblem(await browser.post('/auth/passkeys/options').send({}), 403, 'reauthentication_required')
    expectProblem(await browser.delete(`/auth/passkeys/${id}`), 403, 'reauthentication_required')
  })
})

describe('naming and removing', () => {
  test('without a name it gets that of the browser and system', async () => {
    const { browser } = await somebody()
    const authenticator = new Authenticator(origin())
    const credential = authenticator.create(await optionsFrom(browser, '/auth/passkeys/options'))
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
    await browser.post('/auth/passkeys').set('User-Agent', agent).send({ credential }).expect(200)
    expect((await browser.get('/auth/factors')).body.passkeys).toMatchObject([{ name: 'Firefox on Linux' }])
  })

  test('its owner renames it', async () => {
    const { browser } = await withPasskey()
    const [{ id }] = (await browser.get('/auth/factors')).body.passkeys
    const renamed = await browser.patch(`/auth/passkeys/${id}`).send({ name: 'Laptop' }).expect(200)
    expect(renamed.body).toMatchObject({ id, name: 'Laptop' })
  })

  test('8.2.2 nobody else renames or removes it', async () => {
    const { browser } = await withPasskey()
    const [{ id }] = (await browser.get('/auth/factors')).body.passkeys
    const other = await somebody()
    expectProblem(await other.browser.patch(`/auth/passkeys/${id}`).send({ name: 'Mine' }), 404, 'not_found')
    expectProblem(await other.browser.delete(`/auth/passkeys/${id}`), 404, 'not_found')
    expect((await browser.get('/auth/factors')).body.passkeys).toMatchObject([{ id, name: 'Key' }])
  })

  test('6.5.6 removed, it opens nothing from then on', async () => {
    const { browser, authenticator } = await withPasskey()
    const [{ id }] = (await browser.get('/auth/factors')).body.passkeys
    await browser.delete(`/auth/passkeys/${id}?endOthers=false`).expect(200)
    expectProblem(await signInBy(authenticator), 401, 'invalid_credentials')
    expect((await browser.get('/auth/factors')).body).toMatchObject({ totp: null, passkeys: [], recoveryCodesLeft: 0 })
  })
})

describe('signing in by a passkey alone', () => {
  test('names nobody beforehand, demands that the owner be verified, and counts as both factors', async () => {
    const { person, authenticator } = await withPasskey()
    const browser = server.agent()
    const options = await optionsFrom(browser, '/auth/login/passkey/options')
    expect(options).toMatchObject({ rpId: 'localhost', userVerification: 'required' })
    const credential = authenticator.get(options)
    const { body } = await browser.post('/auth/login/passkey').send({ credential, rememberMe: true }).expect(200)
    expect(body).toMatchObject({ message: 'Logged in successfully', user: { email: person.email } })
    const who = (await browser.get('/auth/session').expect(200)).body
    expect(who).toMatchObject({ factors: ['passkey'], session: { remembered: true } })
  })

  test('7.2.4 begins under a new id', async () => {
    const { authenticator } = await withPasskey()
    const { browser, cookie } = await somebody()
    expect((await signInBy(authenticator, {}, browser)).status).toBe(200)
    const dead = await server.agent().get('/auth/profile').set('Cookie', cookie).expect(401)
    expect(dead.body.reason).toBe('replaced')
  })

  test('the cookie of the challenge is out of reach of scripts and other sites', async () => {
    const answer = await server.agent().post('/auth/login/passkey/options').send({}).expect(200)
    const { attributes } = cookiesOf(answer).get('passkey-challenge') ?? {}
    expect(attributes?.has('httponly')).toBe(true)
    expect([attributes?.get('samesite'), attributes?.get('path'), attributes?.get('max-age')]).toEqual([
      'Strict',
      '/',
      '300',
    ])
  })

  test.each<{ wrong: string; twist: Twist }>([
    { wrong: 'an owner who was not verified', twist: { userVerified: false } },
    { wrong: 'nobody present', twist: { userPresent: false } },
    { wrong: 'another origin', twist: { origin: 'https://evil.example' } },
    { wrong: 'another host', twist: { rpId: 'evil.example' } },
    { wrong: "another key's signature", twist: { forged: true } },
    { wrong: 'a challenge of their own', twist: { challenge: 'b'.repeat(43) } },
    { wrong: 'the type of a registration', twist: { type: 'webauthn.create' } },
    { wrong: "somebody else's user handle", twist: { userHandle: Buffer.from('somebody').toString('base64url') } },
  ])('with $wrong is refused', async ({ twist }) => {
    const { authenticator } = await withPasskey()
    expectProblem(await signInBy(authenticator, twist), 401, 'invalid_credentials')
  })

  test('6.3.8 an unknown passkey, a wrong answer and a disabled owner are refused alike', async () => {
    const { person, authenticator } = await withPasskey()
    const unknown = await signInBy(new Authenticator(origin()))
    const wrong = await signInBy(authenticator, { forged: true })
    const user = await User.findOne({ where: { email: person.email }, rejectOnEmpty: true })
    await disableUser(server.deps.store, user)
    const disabled = await signInBy(authenticator)
    for (const answer of [unknown, wrong, disabled]) {
      const { instance: _, ...problem } = expectProblem(answer, 401, 'invalid_credentials')
      expect(problem).toEqual({ ...wrong.body, instance: undefined })
    }
  })

  test('6.7.2 a challenge is good in the browser that asked, and once', async () => {
    const { authenticator } = await withPasskey()
    const [browser, other] = [server.agent(), server.agent()]
    const options = await optionsFrom(browser, '/auth/login/passkey/options')
    await optionsFrom(other, '/auth/login/passkey/options')
    const credential = authenticator.get(options)
    await other.post('/auth/login/passkey').send({ credential }).expect(401)
    await server.agent().post('/auth/login/passkey').send({ credential }).expect(401)
    await browser.post('/auth/login/passkey').send({ credential }).expect(200)
    await browser.post('/auth/login/passkey').send({ credential }).expect(401)
  })

  test('a challenge of one purpose is good for no other', async () => {
    const { browser, authenticator } = await withPasskey()
    const passkey = authenticator.get(await optionsFrom(browser, '/auth/login/passkey/options'))
    expectProblem(await browser.post('/auth/reauthenticate').send({ passkey }), 422, 'invalid_code')
  })

  test('2.3.4 of 50 parallel answers to one challenge one succeeds', async () => {
    const { authenticator } = await withPasskey()
    const asked = await server.agent().post('/auth/login/passkey/options').send({}).expect(200)
    const cookie = `passkey-challenge=${cookiesOf(asked).get('passkey-challenge')?.value}`
    const answers = Array.from({ length: 50 }, () => authenticator.get(asked.body))
    const sent = answers.map(credential =>
      server.agent().post('/auth/login/passkey').set('Cookie', cookie).send({ credential }),
    )
    const statuses = (await Promise.all(sent)).map(each => each.status).sort()
    expect(statuses).toEqual([200, ...Array(49).fill(401)])
  })

  test('a counter that goes backwards, or stays, is refused and recorded', async () => {
    const { authenticator } = await withPasskey()
    expect((await signInBy(authenticator, { counter: 7 })).status).toBe(200)
    for (const counter of [7, 6, 0]) {
      expectProblem(await signInBy(authenticator, { counter }), 401, 'invalid_credentials')
      const events = await server.rows<{ details: string }>(
        'SELECT "details" FROM "AuditEvents" ORDER BY "seq" DESC LIMIT 2',
      )
      expect(events.map(each => each.details).join()).toContain('went backwards')
    }
    expect((await signInBy(authenticator, { counter: 8 })).status).toBe(200)
  })

  test('an authenticator that keeps no counter signs in again and again', async () => {
    const { browser } = await somebody()
    const authenticator = new Authenticator(origin(), 'never')
    await register(browser, authenticator)
    for (let times = 0; times < 3; times++) expect((await signInBy(authenticator)).status).toBe(200)
  })

  test.each([
    {},
    { credential: {} },
    { credential: 'x' },
    { credential: { id: '../../', rawId: 'a', type: 'public-key' } },
  ])('refuses %j', async body => {
    expectProblem(await server.agent().post('/auth/login/passkey').send(body), 422, 'validation_failed')
  })

  test('an answer that cannot be read is refused like a wrong one', async () => {
    const { authenticator } = await withPasskey()
    const browser = server.agent()
    const good = authenticator.get(await optionsFrom(browser, '/auth/login/passkey/options'))
    for (const part of ['clientDataJSON', 'authenticatorData', 'signature']) {
      const credential = { ...good, response: { ...good.response, [part]: 'AAAA' } }
      expectProblem(await browser.post('/auth/login/passkey').send({ credential }), 401, 'invalid_credentials')
      await optionsFrom(browser, '/auth/login/passkey/options')
    }
  })
})

describe('a passkey as the second factor', () => {
  async function pendingOf(person: typeof ADA) {
    const { browser } = await server.signIn(person)
    return { browser, options: await optionsFrom(browser, '/auth/second-factor/options') }
  }

  test('signs in after the password, also without verifying its owner', async () => {
    const { person, authenticator } = await withPasskey()
    const { browser, options } = await pendingOf(person)
    expect(options).toMatchObject({ allowCredentials: [{ id: authenticator.id }], userVerification: 'preferred' })
    const passkey = authenticator.get(options, { userVerified: false })
    await browser.post('/auth/second-factor').send({ passkey }).expect(200)
    expect((await browser.get('/auth/session')).body.factors).toEqual(['password', 'passkey'])
    expect((await browser.get('/auth/factors')).body.passkeys[0].lastUsedAt).toBe(new Date().toISOString())
  })

  test("somebody else's does not", async () => {
    const [mine, theirs] = [await withPasskey(), await withPasskey()]
    const { browser, options } = await pendingOf(mine.person)
    const passkey = theirs.authenticator.get(options)
    expectProblem(await browser.post('/auth/second-factor').send({ passkey }), 422, 'invalid_code')
  })

  test('6.7.2 not with the challenge of another pending login of the same person', async () => {
    const { person, authenticator } = await withPasskey()
    const [first, second] = [await pendingOf(person), await pendingOf(person)]
    const passkey = authenticator.get(first.options)
    expectProblem(await second.browser.post('/auth/second-factor').send({ passkey }), 422, 'invalid_code')
    await first.browser.post('/auth/second-factor').send({ passkey }).expect(200)
  })
})

describe('a passkey as a fresh proof', () => {
  test('opens the sensitive steps', async () => {
    const { browser, authenticator } = await withPasskey()
    await step(minutes(6))
    const passkey = authenticator.get(await optionsFrom(browser, '/auth/reauthenticate/options'))
    await browser.post('/auth/reauthenticate').send({ passkey }).expect(200)
    await browser.post('/auth/passkeys/options').send({}).expect(200)
  })

  test('a wrong one opens nothing', async () => {
    const { browser, authenticator } = await withPasskey()
    await step(minutes(6))
    const passkey = authenticator.get(await optionsFrom(browser, '/auth/reauthenticate/options'), { forged: true })
    expectProblem(await browser.post('/auth/reauthenticate').send({ passkey }), 422, 'invalid_code')
    expectProblem(await browser.post('/auth/passkeys/options').send({}), 403, 'reauthentication_required')
  })
})

// Last, because the models are bound to the server that was started last.
describe('another server', () => {
  test('3.3.3 over https it has the prefix __Host-', async () => {
    const https = await startServer({ BASE_URL: 'https://login.example.org', TRUST_PROXY: '1' })
    const answer = await https.agent().post('/auth/login/passkey/options').set('X-Forwarded-Proto', 'https').send({})
    const cookie = cookiesOf(answer).get('__Host-passkey-challenge')
    expect(cookie?.attributes.has('secure')).toBe(true)
    expect(answer.body.rpId).toBe('login.example.org')
    await https.close()
  })

  test('6.3.1 wrong passkeys and challenges are counted', async () => {
    const strict = await startServer({ LOGIN_LIMIT_CLIENT: '3' })
    const stranger = new Authenticator(strict.env.BASE_URL)
    const challenge = 'b'.repeat(43)
    const tries: number[] = []
    for (let at = 0; at < 4; at++) {
      const credential = stranger.get({ challenge, rpId: 'localhost' })
      tries.push((await strict.agent().post('/auth/login/passkey').send({ credential })).status)
    }
    expect(tries).toEqual([401, 401, 401, 429])
    const asked: number[] = []
    for (let at = 0; at < 4; at++)
      asked.push((await strict.agent().post('/auth/login/passkey/options').send({})).status)
    expect(asked).toEqual([200, 200, 200, 429])
    await strict.close()
  })
})
