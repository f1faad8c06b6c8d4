import { dictionary } from '@zxcvbn-ts/language-common'
import fc from 'fast-check'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD_STRENGTH_LIMIT } from '../../configs/limiter.ts'
import { createUserWithRoles } from '../../src/administration/administer.ts'
import { createLink } from '../../src/links/links.ts'
import { estimateStrength } from '../../src/passwords/strength.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { settingsOf } from '../support/cli-process.ts'
import { commonLongPasswords } from '../support/common-long-passwords.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { PASSWORD, startServer, type TestServer } from '../support/harness.ts'

const EMOJI = [...'🍇🍈🍉🍊🍋🍌🍍🥭🍎🍏🍐🍑🍒🍓🫐']

let server: TestServer
let setupToken = ''
beforeAll(async () => {
  server = await startServer({ SITE_NAME: 'Harbour Lights Club' })
  setupToken = (await createLink(server.env.BASE_URL, 'setup')).split('#')[1] ?? ''
})
afterAll(() => server.close())

let nextPerson = 1
const freshPerson = () => ({ email: `person${nextPerson++}@example.org`, name: 'Somebody Else' })
const register = (body: object) => supertest(server.url).post('/auth/register').send(body)
const login = (email: string, password: string) => supertest(server.url).post('/auth/login').send({ email, password })

/** Codes with which both ways to a first password refuse it. */
async function refusalsOf(password: string, person: object = freshPerson()) {
  const answers = [
    await register({ ...person, password }),
    await supertest(server.url)
      .post('/auth/setup')
      .send({ token: setupToken, ...person, password }),
  ]
  const [first, second] = answers.map(answer => {
    const { errors = [] } = expectProblem(answer, 422, 'validation_failed')
    expect(new Set(errors.map(({ pointer }) => pointer))).toEqual(new Set(['#/password']))
    return errors.map(({ code }) => code)
  })
  expect(second).toEqual(first)
  return first
}

/** The time of the main thread that five rounds take, which a loaded machine stretches less than the time on the clock. */
async function cpuOf(work: () => PromiseLike<unknown>) {
  const before = process.threadCpuUsage()
  for (let round = 0; round < 5; round++) await work()
  const { user, system } = process.threadCpuUsage(before)
  return user + system
}

/** Registers with one spelling of a password; others must or must not sign in. */
async function signsIn(password: string, tried: string) {
  const person = freshPerson()
  await register({ ...person, password }).expect(201)
  return (await login(person.email, tried)).status === 200
}

describe('at registration and at set-up alike', () => {
  test('6.2.1 a password has fifteen code points, whatever they take in UTF-16', async () => {
    expect(await refusalsOf('seven green bi')).toEqual(['too_short'])
    expect(await refusalsOf(EMOJI.slice(0, 14).join(''))).toEqual(['too_short'])
    expect(await signsIn(EMOJI.join(''), EMOJI.join(''))).toBe(true)
  })

  test('6.2.9 sixty-four and a hundred and twenty-eight are allowed, of four bytes too; more are not', async () => {
    const long = Array.from({ length: 64 }, (_, at) => EMOJI[Math.floor((at * at) / 3) % 15]).join('')
    expect(await signsIn(long, long)).toBe(true)
    const longest = `${`${PASSWORD} `.repeat(5).slice(0, 120)}new tail`
    expect(await signsIn(longest, longest)).toBe(true)
    expect(await refusalsOf(`${longest}x`)).toEqual(['too_long'])
  })

  test('6.2.4 a password on the list of common ones is refused', async () => {
    const listed = dictionary['passwords-common'].filter(each => each.length >= 15)
    expect(listed.length).toBeGreaterThan(20)
    for (const password of listed) expect(await refusalsOf(password)).toContain('common')
    expect(await refusalsOf('password12345678')).toEqual(['guessable'])
  })

  test('6.2.4 thirty of the 3000 that attackers make first of common ones are refused, by chance chosen', async () => {
    const made = commonLongPasswords()
    for (const password of fc.sample(fc.constantFrom(...made), { numRuns: 30, seed: 624 }))
      expect(await refusalsOf(password), password).not.toEqual([])
  })

  test('6.2.4 the same are refused where an administrator makes an account', async () => {
    const { env, logger, database, hasher, judge } = server.deps
    const create = (password: string) =>
      createUserWithRoles(
        { env, logger, sequelize: database.sequelize, hasher, judge },
        { ...freshPerson(), password },
        [],
      )
    for (const password of fc.sample(fc.constantFrom(...commonLongPasswords()), { numRuns: 30, seed: 625 }))
      await expect(create(password), password).rejects.toMatchObject({ status: 422 })
    const cli = cliHere(settingsOf(server))
    const made = await cli.run(['user', 'create', '--email', 'cli@example.org', '--name', 'X'], 'Dragon2024Monkey\n')
    expect(made).toMatchObject({ code: 1, stdout: '' })
  })

  test('6.2.11 the name, the address, the user name and the name of this site are refused', async () => {
    const person = { email: 'wilhelmina@example.org', name: 'Wilhelmina Quackenbush', username: 'wilhelmina.q' }
    const personal = ['wilhelmina@example.org', 'Wilhelmina Quackenbush', 'quackenbush wilhelmina 1990']
    for (const password of [...personal, 'harbour lights club'])
      expect(await refusalsOf(password, person)).toContain('personal')
  })

  test('a password with half an emoji is refused', async () => {
    expect(await refusalsOf(`${PASSWORD}\ud83d`)).toEqual(['malformed'])
  })
})

describe('what was registered is what signs in', () => {
  test.each([
    ['lower case and spaces only', 'wander slowly past the mill'],
    ['punctuation only', '!;?)(-_=+[]{}#~@'],
    ['right to left', 'שלום עולם גדול ויפה מאוד'],
    ['combining marks', 'a\u0328\u0301 b\u0328\u0301 c\u0328\u0301 d\u0328\u0301 e'],
    ['control characters', 'tab\there nul\0there bell\x07'],
    ['SQL and format strings', `' OR 1=1 -- %s %d {{7*7}}`],
  ])('6.2.5 %s are accepted', async (_title, password) => {
    expect(await signsIn(password, password)).toBe(true)
  })

  test.each([
    ['one more character', `${PASSWORD}x`],
    ['one less', PASSWORD.slice(0, -1)],
    ['another case', PASSWORD.toUpperCase()],
    ['a space before', ` ${PASSWORD}`],
    ['a space after', `${PASSWORD} `],
    ['a NUL and more', `${PASSWORD}\0x`],
    ['a trailing NUL', `${PASSWORD}\0`],
  ])('6.2.8 %s does not sign in', async (_title, tried) => {
    expect(await signsIn(PASSWORD, tried)).toBe(false)
  })

  test('6.2.8 nothing is cut at the 72 bytes that bcrypt takes', async () => {
    const shared = `${PASSWORD} and then the lake lies still under eight silver moons`.slice(0, 72)
    expect(await signsIn(`${shared}one`, `${shared}two`)).toBe(false)
    expect(await signsIn(`${shared}one`, shared)).toBe(false)
  })

  test('one password typed on two keyboards is one, but a ligature is not its letters (NIST 3.1.1.2)', async () => {
    expect(await signsIn('fünf Cafe\u0301s am Hafen', 'fünf Caf\u00e9s am Hafen')).toBe(true)
    expect(await signsIn('the \ufb01rst of many days', 'the first of many days')).toBe(false)
  })
})

describe('POST /auth/password-strength', () => {
  const judge = (body: object) => supertest(server.url).post('/auth/password-strength').send(body)

  test('gives hints for a person: a score from 0 to 4 and what would help, in sentences', async () => {
    const { body: weak } = await judge({ password: 'password1' }).expect(200)
    expect(weak).toMatchObject({ acceptable: false, score: 0 })
    expect(weak.hints.length).toBeGreaterThan(0)
    for (const { code, message } of weak.hints)
      expect({ code, message }).toMatchObject({ message: expect.stringMatching(/^[A-Z].+\.$/) })
    const { body: strong } = await judge({ password: PASSWORD }).expect(200)
    expect(strong).toMatchObject({ acceptable: true, score: 4 })
  })

  test('2.4.1 judges the longest password that may be sent within the time of a request', async () => {
    const started = performance.now()
    await judge({ password: 'aA1!'.repeat(256) }).expect(200)
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  test('2.4.1 estimates on a thread of its own: requests with the slowest password cost the main thread less than half of an estimate', async () => {
    const slowest = { password: '0'.repeat(1024), name: 'N'.repeat(200) }
    const estimate = async () => estimateStrength(slowest.password, [slowest.name])
    const request = () => judge(slowest).expect(200)
    await estimate()
    await request()
    expect(await cpuOf(request)).toBeLessThan((await cpuOf(estimate)) / 2)
  })

  test('2.4.1 a full queue turns away at once with Retry-After, and does not touch the sign-ins', async () => {
    const busy = await startServer({ HASH_QUEUE: '1', TRUST_PROXY: '1' }, server.database)
    const ask = (_: unknown, at: number) =>
      supertest(busy.url)
        .post('/auth/password-strength')
        .set('X-Forwarded-For', `203.0.113.${100 + at}`)
        .send({ password: '0'.repeat(64) })
    const asked = Array.from({ length: 20 }, ask)
    const signIn = supertest(busy.url).post('/auth/login').send({ email: 'nobody@example.org', password: PASSWORD })
    const [answers, signedIn] = await Promise.all([Promise.all(asked), signIn])
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused.length).toBeGreaterThan(0)
    for (const answer of refused) {
      expectProblem(answer, 503, 'service_unavailable')
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
    expect(signedIn.status).toBe(401)
    await busy.stop()
  })

  test('says what a registration would, for the same person', async () => {
    const person = { email: 'wilhelmina@example.org', name: 'Wilhelmina Quackenbush' }
    for (const password of ['short', 'password12345678', 'Wilhelmina Quackenbush', 'harbour lights club']) {
      const { body } = await judge({ ...person, password }).expect(200)
      expect(body.acceptable).toBe(false)
      expect(body.violations.map(({ code }: { code: string }) => code)).toEqual(await refusalsOf(password, person))
    }
    const { body } = await judge({ password: PASSWORD }).expect(200)
    expect(body).toMatchObject({ acceptable: true, violations: [] })
  })

  test('2.4.1 is throttled by client, apart from registrations', async () => {
    const limited = await startServer({ TRUST_PROXY: '1' }, server.database)
    const ask = (client: string) =>
      supertest(limited.url).post('/auth/password-strength').set('X-Forwarded-For', client).send({ password: PASSWORD })
    const statuses = []
    for (let at = 0; at <= PASSWORD_STRENGTH_LIMIT; at++) statuses.push((await ask('203.0.113.7')).status)
    expect(statuses).toEqual([...Array(PASSWORD_STRENGTH_LIMIT).fill(200), 429])
    await ask('203.0.113.8').expect(200)
    await limited.stop()
  })
})
