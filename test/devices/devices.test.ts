import { Op } from 'sequelize'
import supertest from 'supertest'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { AuditEventRow } from '../../models/audit-event.ts'
import { Device } from '../../models/device.ts'
import { OneTimeLink } from '../../models/one-time-link.ts'
import { User } from '../../models/user.ts'
import { signedIn } from '../../routes/auth/signed-in.ts'
import {
  DEVICE_LIFETIME,
  isTrustedForSecondFactor,
  MOST_DEVICES,
  rememberDevice,
  TRUST_LIFETIME,
} from '../../src/devices/devices.ts'
import { days } from '../../src/durations.ts'
import { deviceClientOf, deviceTokensOf, setDeviceCookie } from '../../src/http/browser-cookies.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { enrolTotp } from '../support/enrol.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { cookiesOf, PASSWORD, startServer, type TestServer } from '../support/harness.ts'
import { waitingNotices } from '../support/waiting-mails.ts'
import { moveClock } from '../support/ways.ts'

const NAME = 'latchkey.device'
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

/** What the sign-in with a second factor does, alone. */
function trustEndpoints() {
  const shared = {
    path: '/auth/trust',
    summary: 'Trust',
    tags: ['Test'],
    access: 'session' as const,
  }
  const responses = { 200: { description: 'Done', schema: z.unknown() } }
  return [
    endpoint({
      ...shared,
      method: 'post',
      responses,
      handler: async ({ req, res }) => {
        const { isKnown, deviceTokens } = await rememberDevice(deviceClientOf(req), signedIn(req).id, { trust: true })
        setDeviceCookie(req, res, deviceTokens)
        return { device: isKnown ? 'known' : 'new' }
      },
    }),
    endpoint({
      ...shared,
      method: 'put',
      responses,
      handler: async ({ req }) => ({ trusted: await isTrustedForSecondFactor(deviceTokensOf(req), signedIn(req).id) }),
    }),
  ]
}

let server: TestServer
beforeAll(async () => {
  server = await startServer({}, undefined, { auth: trustEndpoints })
})
afterAll(() => server.close())
afterEach(() => void vi.useRealTimers())

let nextPerson = 1
async function freshPerson() {
  const person = { email: `device${nextPerson++}@example.org`, name: 'Somebody', password: PASSWORD }
  await server.register(person)
  const { id } = await User.findOne({ where: { email: person.email }, rejectOnEmpty: true })
  return { ...person, id }
}
type Person = Awaited<ReturnType<typeof freshPerson>>

function signIn(person: Person, device = '', userAgent = FIREFOX) {
  return supertest(server.url)
    .post('/auth/login')
    .set({ Cookie: device, 'User-Agent': userAgent })
    .send({ email: person.email, password: person.password })
    .expect(200)
}
const deviceOf = (answer: supertest.Response) => `${NAME}=${cookiesOf(answer).get(NAME)?.value}`
const sessionOf = (answer: supertest.Response) => `connect.sid=${cookiesOf(answer).get('connect.sid')?.value}`
const bothOf = (answer: supertest.Response) => `${sessionOf(answer)}; ${deviceOf(answer)}`
const tokensOf = (cookie: string) => decodeURIComponent(cookie).split(/[:.]/).slice(2, -1)
async function list(cookies: string) {
  return (await supertest(server.url).get('/auth/devices').set('Cookie', cookies).expect(200)).body
}
function forget(cookies: string, id = '') {
  return supertest(server.url)
    .delete(`/auth/devices${id && `/${id}`}`)
    .set('Cookie', cookies)
}
const mailsTo = async ({ email }: Person) => (await waitingNotices(server)).filter(({ to }) => to === email)
async function eventsOf({ id }: Person) {
  return (await AuditEventRow.findAll({ where: { userId: id }, order: [['seq', 'ASC']] })).map(({ event }) => event)
}

describe('the cookie of a device', () => {
  test('3.3.1 3.3.2 3.3.4 is HttpOnly, SameSite=Lax, of the whole site, signed, for 30 days', async () => {
    const answer = await signIn(await freshPerson())
    const { value = '', attributes } = cookiesOf(answer).get(NAME) ?? {}
    expect(decodeURIComponent(value)).toMatch(/^s:[\w-]{43}\..+$/)
    expect(Object.fromEntries(attributes ?? [])).toMatchObject({
      httponly: '',
      samesite: 'Lax',
      path: '/',
      'max-age': String(DEVICE_LIFETIME / 1000),
    })
    expect(DEVICE_LIFETIME).toBe(days(30))
  })

  test('opens nothing: neither as it is nor in the place of the session cookie', async () => {
    const device = deviceOf(await signIn(await freshPerson()))
    for (const cookie of [device, device.replace(NAME, 'connect.sid')])
      for (const path of ['/auth/session', '/auth/profile', '/auth/devices', '/auth/sessions'])
        expectProblem(await supertest(server.url).get(path).set('Cookie', cookie), 401, 'authentication_required')
  })

  test('is kept as its SHA-256 only', async () => {
    const token = decodeURIComponent(deviceOf(await signIn(await freshPerson()))).split(/[:.]/)[2]
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(JSON.stringify(await server.rows('SELECT * FROM "Devices"'))).not.toContain(token)
  })

  test('has a token for each user of the browser, by which the account of each knows it', async () => {
    const [ada, bob] = [await freshPerson(), await freshPerson()]
    const first = deviceOf(await signIn(ada))
    const both = deviceOf(await signIn(bob, first))
    expect(tokensOf(both)).toHaveLength(2)
    expect(tokensOf(both)[1]).toBe(tokensOf(first)[0])
    await signIn(ada, deviceOf(await signIn(bob, both)))
    expect([...(await mailsTo(ada)), ...(await mailsTo(bob))]).toEqual([])
    expect(await Device.count({ where: { userId: [ada.id, bob.id] } })).toBe(2)
  })

  test('a copy that was made before its user signed in there, or signed in again, is a stranger’s', async () => {
    const [thief, victim] = [await freshPerson(), await freshPerson()]
    const beforeVictim = deviceOf(await signIn(thief))
    const beforeAgain = deviceOf(await signIn(victim, beforeVictim))
    await signIn(victim, beforeAgain)
    expect(await mailsTo(victim)).toEqual([])
    await signIn(victim, beforeVictim)
    await signIn(victim, beforeAgain)
    expect((await mailsTo(victim)).map(({ template }) => template)).toEqual(['new-device', 'new-device'])
  })

  test('remembers the last five users of a browser', async () => {
    let device = ''
    for (const _ of Array(6)) device = deviceOf(await signIn(await freshPerson(), device))
    expect(tokensOf(device)).toHaveLength(5)
  })

  test.each([
    ['unsigned', `${NAME}=${'x'.repeat(43)}`],
    ['wrongly signed', `${NAME}=s%3A${'x'.repeat(43)}.${'y'.repeat(43)}`],
    ['JSON', `${NAME}=j%3A%7B%22a%22%3A1%7D`],
  ])('that is %s is replaced by a fresh one', async (_title, cookie) => {
    const answer = await signIn(await freshPerson(), cookie)
    expect(deviceOf(answer)).not.toContain('xxx')
    expect(cookiesOf(answer).has(NAME)).toBe(true)
  })

  test('slides with each sign-in and is unknown 30 days after the last', async () => {
    const person = await freshPerson()
    vi.useFakeTimers({ toFake: ['Date'] })
    let device = deviceOf(await signIn(person))
    await moveClock(DEVICE_LIFETIME - 1000)
    device = deviceOf(await signIn(person, device))
    await moveClock(DEVICE_LIFETIME - 1000)
    device = deviceOf(await signIn(person, device))
    expect(await mailsTo(person)).toEqual([])
    await moveClock(DEVICE_LIFETIME)
    await signIn(person, device)
    expect(await mailsTo(person)).toHaveLength(1)
    expect(await Device.count({ where: { userId: person.id } })).toBe(1)
  })
})

describe('a sign-in on an unknown device', () => {
  test('6.3.5 is told to the owner by mail with a not-me link, but not the first of an account nor one on a known device', async () => {
    const person = await freshPerson()
    const device = deviceOf(await signIn(person))
    await signIn(person, device)
    expect(await mailsTo(person)).toEqual([])
    await signIn(person)
    const [mail, ...more] = await mailsTo(person)
    expect(more).toEqual([])
    expect(mail).toMatchObject({
      to: person.email,
      template: 'new-device',
      data: { name: person.name, device: 'Firefox on Linux', address: expect.stringContaining('127.0.0.1') },
    })
    expect(JSON.stringify(mail)).toContain(`${server.env.BASE_URL}/not-me#`)
    expect(await OneTimeLink.count({ where: { purpose: 'not-me', userId: person.id } })).toBe(1)
    expect(await eventsOf(person)).toEqual(['user_created', ...Array(3).fill('authn_login_success')])
  })

  test('is also one where the device was known to another user only', async () => {
    const [ada, bob] = [await freshPerson(), await freshPerson()]
    await signIn(bob)
    await signIn(bob, deviceOf(await signIn(ada)))
    expect(await mailsTo(bob)).toHaveLength(1)
    expect(await mailsTo(ada)).toEqual([])
  })

  test('of twenty first sign-ins at once one is the first, and the others are told', async () => {
    const person = await freshPerson()
    await Promise.all(Array.from({ length: 20 }, () => signIn(person)))
    expect(await mailsTo(person)).toHaveLength(19)
  })

  test(`leaves at most ${MOST_DEVICES} rows of a user, the newest`, async () => {
    const person = await freshPerson()
    const old = new Date(Date.now() - days(1))
    const row = { userId: person.id, userAgent: null, ip: null, createdAt: old, lastSeenAt: old }
    const rows = Array.from({ length: MOST_DEVICES + 3 }, (_, at) => ({
      ...row,
      tokenHash: String(at),
      expires: new Date(Date.now() + days(1)),
    }))
    await Device.bulkCreate(rows)
    const answer = await signIn(person)
    expect(await Device.count({ where: { userId: person.id } })).toBe(MOST_DEVICES)
    expect((await list(bothOf(answer)))[0].current).toBe(true)
  })
})

describe('/auth/devices', () => {
  test('lists my devices, the last seen first, and marks the one that asks', async () => {
    const person = await freshPerson()
    const first = await signIn(person)
    await signIn(person, '', 'curl/8.0')
    const again = await signIn(person, deviceOf(first))
    const [current, other, ...more] = await list(bothOf(again))
    expect(more).toEqual([])
    expect(current).toMatchObject({ device: 'Firefox on Linux', current: true, trusted: false })
    expect(other).toMatchObject({ device: 'curl', current: false, trusted: false })
    expect(Object.keys(other).toSorted()).toEqual(
      ['address', 'createdAt', 'current', 'device', 'id', 'lastSeenAt', 'trusted'].toSorted(),
    )
  })

  test('8.2.2 forgets one of mine, once, and nobody else’s; its next sign-in is a new device, its session goes on', async () => {
    const [ada, bob] = [await freshPerson(), await freshPerson()]
    const mine = await signIn(ada)
    const theirs = await signIn(bob)
    const [device] = await list(bothOf(mine))
    expectProblem(await forget(bothOf(theirs), device.id), 404, 'not_found')
    const answers = await Promise.all(Array.from({ length: 10 }, () => forget(bothOf(mine), device.id)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(9).fill(404)])
    expect(await eventsOf(ada)).toEqual(['user_created', 'authn_login_success', 'authn_device_forgotten'])
    expect(await list(bothOf(mine))).toEqual([])
    expect(await list(bothOf(theirs))).toHaveLength(1)
    await signIn(ada, deviceOf(mine))
    expect(await mailsTo(ada)).toHaveLength(1)
  })

  test('forgets all others of mine', async () => {
    const [ada, bob] = [await freshPerson(), await freshPerson()]
    await signIn(bob)
    const current = await signIn(ada)
    await signIn(ada)
    await signIn(ada)
    const answer = await forget(bothOf(current)).expect(200)
    expect(answer.body).toEqual({ message: 'Other devices forgotten', forgotten: 2 })
    expect(await list(bothOf(current))).toHaveLength(1)
    expect(await Device.count({ where: { userId: bob.id } })).toBe(1)
  })
})

describe('trust for the second factor', () => {
  /** @returns the cookies of the browser from then on */
  async function trust(answer: supertest.Response) {
    const cookies = bothOf(answer)
    const trusted = await supertest(server.url)
      .post('/auth/trust')
      .set('Cookie', cookies)
      .expect(200, { device: 'known' })
    return `${sessionOf(answer)}; ${deviceOf(trusted)}`
  }
  const isTrusted = async (cookies: string) =>
    (await supertest(server.url).put('/auth/trust').set('Cookie', cookies).expect(200)).body.trusted
  const trustedOnes = async (cookies: string) =>
    (await list(cookies)).filter(({ trusted }: { trusted: boolean }) => trusted).length

  test('is of this user in this browser, from when it is given', async () => {
    const [ada, bob] = [await freshPerson(), await freshPerson()]
    const answer = await signIn(ada)
    expect(await isTrusted(bothOf(answer))).toBe(false)
    const cookies = await trust(answer)
    expect(await isTrusted(cookies)).toBe(true)
    expect(await isTrusted(bothOf(answer))).toBe(false)
    expect(await isTrusted(sessionOf(answer))).toBe(false)
    expect(await isTrusted(bothOf(await signIn(ada)))).toBe(false)
    expect(await isTrusted(bothOf(await signIn(bob, cookies)))).toBe(false)
  })

  test('ends at its time, which an ordinary sign-in does not move', async () => {
    const person = await freshPerson()
    vi.useFakeTimers({ toFake: ['Date'] })
    const answer = await signIn(person)
    const cookies = await trust(answer)
    await moveClock(TRUST_LIFETIME - 1)
    const later = await signIn(person, cookies)
    expect(await isTrusted(bothOf(later))).toBe(true)
    expect(await trustedOnes(bothOf(later))).toBe(1)
    await moveClock(1)
    expect(await isTrusted(bothOf(later))).toBe(false)
    expect(await trustedOnes(bothOf(later))).toBe(0)
  })

  test('of every device ends with a new password; the devices stay known', async () => {
    const person = await freshPerson()
    for (const answer of [await signIn(person), await signIn(person)]) await trust(answer)
    const last = await signIn(person)
    expect(await trustedOnes(bothOf(last))).toBe(2)
    const newPassword = 'a dozen purple umbrellas leaning'
    await supertest(server.url)
      .post('/auth/change-password')
      .set('Cookie', bothOf(last))
      .send({ currentPassword: PASSWORD, newPassword })
      .expect(200)
    const again = await signIn({ ...person, password: newPassword }, deviceOf(last))
    expect(await trustedOnes(bothOf(again))).toBe(0)
    expect(await list(bothOf(again))).toHaveLength(3)
  })

  test('of every device ends with a factor that is added, and with one that is removed', async () => {
    const person = await freshPerson()
    const browser = server.agent()
    await browser.post('/auth/login').send({ email: person.email, password: person.password }).expect(200)
    const giveTrust = () => browser.post('/auth/trust').expect(200)
    const trusted = () => Device.count({ where: { userId: person.id, trustedUntil: { [Op.ne]: null } } })
    const changes = [() => enrolTotp(browser), () => browser.delete('/auth/totp').expect(200)]
    for (const change of changes) {
      await giveTrust()
      expect(await trusted()).toBe(1)
      await change()
      expect(await trusted()).toBe(0)
    }
  })

  test('is not touched by signing out everywhere else', async () => {
    const answer = await signIn(await freshPerson())
    const cookies = await trust(answer)
    await supertest(server.url).delete('/auth/sessions').set('Cookie', cookies).expect(200)
    expect(await isTrusted(cookies)).toBe(true)
  })
})
