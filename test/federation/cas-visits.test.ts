import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ProviderRequest } from '../../models/provider-request.ts'
import { type CasFederation, joinCas, startCasFederation } from '../support/cas-federation.ts'
import { bodyOf, Surfer } from '../support/surfer.ts'

const USERS = { ada: { password: 'seven green bicycles', attributes: {} } }
const AS_PROGRAM = { headers: { accept: 'application/json' } }

let it: CasFederation
beforeAll(async () => {
  it = await startCasFederation(USERS)
})
afterAll(() => it?.close())

/** What a program gets that brings a ticket. */
async function bring(surfer: Surfer, back: URL) {
  const response = await surfer.ask(back, AS_PROGRAM)
  return { status: response.status, body: await bodyOf<{ code?: string }>(response) }
}

async function codeOf(surfer: Surfer, back: URL) {
  const { status, body } = await bring(surfer, back)
  expect(status).toBe(401)
  return body.code
}

/** A ticket of a visit that this browser began. */
async function ticketFor(surfer: Surfer) {
  return it.visit('ada', await it.leave(surfer))
}

describe('a visit', () => {
  test('takes the service of the configuration along, and what the person asked for', async () => {
    const service = it.service
    expect(Object.fromEntries((await it.leave(new Surfer())).searchParams)).toEqual({ service })
    const asked = await it.leave(new Surfer(), '?renew=true&returnTo=/account')
    expect(Object.fromEntries(asked.searchParams)).toEqual({ service, renew: 'true' })
    const silent = await it.leave(new Surfer(), '?gateway=true')
    expect(Object.fromEntries(silent.searchParams)).toEqual({ service, gateway: 'true' })
  })

  test('3.7.2 leads to no other site afterwards', async () => {
    for (const returnTo of ['https://evil.example/', '//evil.example', '/\\evil.example'])
      expect((await fetch(`${it.service}?${new URLSearchParams({ returnTo })}`)).status).toBe(422)
  })

  test('cannot be started by another site, which could then bring a ticket of its own', async () => {
    const headers = { accept: 'text/html', 'sec-fetch-site': 'cross-site' }
    const surfer = new Surfer()
    const response = await surfer.ask(`${it.service}?returnTo=/account`, { headers })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/sign-in?returnTo=%2Faccount'])
    const foreign = await ticketFor(new Surfer())
    expect(await codeOf(surfer, foreign)).toBe('provider_answer_foreign')
  })

  test('ends with a session that is remembered if the person asked for it', async () => {
    const { surfer } = await it.signInAs('ada', { query: '?rememberMe=true' })
    const [{ absolute = '', created = '' } = {}] = await it.server.rows<{ absolute: string; created: string }>(
      'SELECT "absoluteExpires" AS absolute, "createdAt" AS created FROM "Sessions" ORDER BY "createdAt" DESC LIMIT 1',
    )
    expect(await it.whoIs(surfer)).toBeDefined()
    expect(new Date(absolute).getTime() - new Date(created).getTime()).toBeGreaterThan(7 * 86_400_000)
  })
})

describe('a ticket', () => {
  test('signs a program in, too', async () => {
    const surfer = new Surfer()
    const { status, body } = await bring(surfer, await ticketFor(surfer))
    expect(status).toBe(200)
    expect(body).toMatchObject({ message: 'Logged in successfully', user: { name: 'ada' } })
  })

  test('is refused in a browser that began no visit', async () => {
    const surfer = new Surfer()
    const back = await ticketFor(surfer)
    expect(await codeOf(new Surfer(), back)).toBe('provider_answer_foreign')
    expect((await it.comeBack(new Surfer(), back)).page).toBe('/sign-in?problem=provider_answer_foreign&provider=cas')
    expect((await it.comeBack(surfer, back)).page).toBe('/account')
  })

  test('signs in once', async () => {
    const { surfer, back } = await it.signInAs('ada')
    expect(await codeOf(surfer, back)).toBe('provider_answer_used')
    const other = new Surfer()
    await it.leave(other)
    expect(await codeOf(other, back)).toBe('provider_refused')
  })

  test('2.3.4 of parallel tries one succeeds', async () => {
    const surfer = new Surfer()
    const back = await ticketFor(surfer)
    const answers = await Promise.all([bring(surfer, back), bring(surfer, back), bring(surfer, back)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401])
  })

  test('counts for the newest visit of the browser only', async () => {
    const surfer = new Surfer()
    const first = await ticketFor(surfer)
    const second = await ticketFor(surfer)
    expect((await it.comeBack(surfer, first)).page).toBe('/account')
    expect(await codeOf(surfer, second)).toBe('provider_answer_used')
  })

  test('counts for ten minutes', async () => {
    const surfer = new Surfer()
    const back = await ticketFor(surfer)
    await ProviderRequest.update({ expires: new Date() }, { where: { provider: 'cas', usedAt: null } })
    expect(await codeOf(surfer, back)).toBe('provider_answer_expired')
  })

  test('that CAS does not know is refused, and the refusal is recorded', async () => {
    const surfer = new Surfer()
    await it.leave(surfer)
    expect(await codeOf(surfer, new URL(`${it.service}?ticket=ST-1-guessed`))).toBe('provider_refused')
    const [event] = await it.server.rows('SELECT details FROM "AuditEvents" WHERE event = \'authn_login_fail\'')
    expect(JSON.stringify(event)).toContain('cas')
    expect(JSON.stringify(event)).not.toContain('guessed')
  })
})

describe('gateway', () => {
  test('brings a person back who is not signed in to CAS, and asks no further', async () => {
    const surfer = new Surfer()
    const back = await it.visit('ada', await it.leave(surfer, '?gateway=true'))
    expect(back.href).toBe(it.service)
    expect(await it.comeBack(surfer, back)).toEqual({ page: '/sign-in', who: undefined })
    const again = new Surfer()
    await it.visit('ada', await it.leave(again, '?gateway=true&returnTo=/docs'))
    expect((await it.comeBack(again, back)).page).toBe('/docs')
  })

  test('does not stand in the way of the button afterwards', async () => {
    const surfer = new Surfer()
    await it.leave(surfer, '?gateway=true')
    expect((await it.leave(surfer, '?returnTo=/account')).searchParams.has('gateway')).toBe(false)
  })

  test('signs in a person who is signed in to CAS', async () => {
    const { browser } = await it.signInAs('ada')
    const surfer = new Surfer()
    const back = await it.visit('ada', await it.leave(surfer, '?gateway=true'), browser)
    expect((await it.comeBack(surfer, back)).who?.user.name).toBe('ada')
  })
})

describe('renew', () => {
  /** A ticket for which CAS did not ask for the password, though the visit was to. */
  async function bringWithoutPassword(renewing: CasFederation, query: string) {
    const { browser } = await renewing.signInAs('ada')
    const surfer = new Surfer()
    const login = await renewing.leave(surfer, query)
    expect(login.searchParams.get('renew')).toBe('true')
    login.searchParams.delete('renew')
    return (await renewing.comeBack(surfer, await renewing.visit('ada', login, browser))).page
  }

  test('refuses a ticket for which CAS did not ask for the password', async () => {
    expect((await it.signInAs('ada', { query: '?renew=true' })).page).toBe('/account')
    expect(await bringWithoutPassword(it, '?renew=true')).toContain('problem=provider_refused')
  })

  test('CAS_RENEW demands it of every sign-in', async () => {
    const renewing = await joinCas(it.cas, { CAS_RENEW: 'true' })
    expect(await bringWithoutPassword(renewing, '')).toContain('problem=provider_refused')
    await renewing.close()
  })
})

test('while CAS is down, a ticket is answered with 503 and Retry-After', async () => {
  const broken = await startCasFederation(USERS)
  const [program, person] = [new Surfer(), new Surfer()]
  const tickets = []
  for (const surfer of [program, person]) tickets.push(await broken.visit('ada', await broken.leave(surfer)))
  const [forProgram = new URL('x:'), forPerson = new URL('x:')] = tickets
  await broken.cas.close()
  const response = await program.ask(forProgram, AS_PROGRAM)
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30'])
  expect(await response.json()).toMatchObject({ code: 'provider_unavailable' })
  expect((await broken.comeBack(person, forPerson)).page).toBe('/sign-in?problem=provider_unavailable&provider=cas')
  await broken.close()
})
