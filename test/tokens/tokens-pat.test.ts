import { userInfo } from 'node:os'
import { crc32 } from 'node:zlib'
import supertest from 'supertest'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { AuditEventRow } from '../../models/audit-event.ts'
import { days, minutes } from '../../src/durations.ts'
import { idOf, newPersonalToken, PERSONAL_TOKEN } from '../../src/tokens/personal-token.ts'
import { asBearer, askWith, makeAdmin, personalToken, userOf } from '../support/bearer.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { refusal, settingsOf } from '../support/cli-process.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'
import { head, sendRaw } from '../support/raw-http.ts'

const CAROL = { ...BOB, email: 'carol@example.org' }
const DAVE = { ...BOB, email: 'dave@example.org' }

let server: TestServer
let ada = ''
let bob = ''
beforeAll(async () => {
  server = await startServer()
  for (const person of [ADA, BOB, CAROL, DAVE]) await server.register(person)
  await makeAdmin(BOB)
  ada = (await server.signIn()).cookie
  bob = (await server.signIn(BOB)).cookie
})
afterAll(() => server.close())
afterEach(() => void vi.useRealTimers())

function post(path: string, cookie: string, body: object = {}) {
  return supertest(server.url).post(path).set('Cookie', cookie).send(body)
}
const remove = (id: string, cookie: string) => supertest(server.url).delete(`/auth/tokens/${id}`).set('Cookie', cookie)
async function list(cookie: string) {
  return (await supertest(server.url).get('/auth/tokens').set('Cookie', cookie).expect(200)).body.items
}
function tokensOf(email: string) {
  return server.rows(`SELECT t.* FROM "ApiTokens" t JOIN "Users" u ON u."id" = t."userId" WHERE u."email" = '${email}'`)
}
async function audited(event: string) {
  return (await server.rows<{ details: string }>(`SELECT "details" FROM "AuditEvents" WHERE "event" = '${event}'`)).map(
    ({ details }) => JSON.parse(details).token,
  )
}

describe('the form of a token', () => {
  test('is one that scanners find by a simple pattern', () => {
    for (let made = 0; made < 200; made++) expect(newPersonalToken().token).toMatch(PERSONAL_TOKEN)
    expect(new Set(Array.from({ length: 200 }, () => newPersonalToken().id)).size).toBe(200)
  })

  test('ends with the CRC32 of the rest in base62', () => {
    const { token } = newPersonalToken()
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    const value = [...token.slice(-6)].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0)
    expect(value).toBe(crc32(token.slice(0, -6)))
  })

  test('any changed character is noticed before the database is asked', () => {
    const { token, id } = newPersonalToken()
    expect(idOf(token)).toBe(id)
    for (let at = 7; at < token.length; at++) {
      const other = token[at] === 'a' ? 'b' : 'a'
      expect(idOf(token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined()
    }
    for (const wrong of [token.slice(1), `${token}0`, token.toUpperCase(), '', 'lk_pat_'])
      expect(idOf(wrong)).toBeUndefined()
  })
})

describe('making a token', () => {
  test('14.2.6 it is shown once; the database holds a hash, later answers no secret', async () => {
    const answer = await post('/auth/tokens', ada, { name: ' backup ', scopes: [] }).expect(201)
    expect(answer.headers['cache-control']).toBe('no-store')
    const { token, id, ...rest } = answer.body
    expect(token.startsWith(`lk_pat_${id}_`)).toBe(true)
    expect(rest).toMatchObject({ name: 'backup', scopes: [], lastUsedAt: null })
    expect(JSON.stringify(await server.rows('SELECT * FROM "ApiTokens"'))).not.toContain(token.slice(24))
    expect(await list(ada)).toEqual([{ id, ...rest }])
    expect(await audited('authn_token_created')).toContain(id)
  })

  test('it lasts 90 days unless told otherwise, and never longer than TOKEN_LIFETIME_MAX', async () => {
    const usual = await personalToken(server, ada)
    expect(Date.parse(usual.expires) - Date.now()).toBeCloseTo(days(90), -5)
    const chosen = await personalToken(server, ada, { expiresInDays: 365 })
    expect(Date.parse(chosen.expires) - Date.now()).toBeCloseTo(days(365), -5)
    const refused = await post('/auth/tokens', ada, { name: 'x', scopes: [], expiresInDays: 366 })
    expect(expectProblem(refused, 422, 'validation_failed').errors?.[0]).toMatchObject({ code: 'too_long' })
  })

  test.each([
    ['a scope that its owner has no permission for', { scopes: ['users:read'] }, '#/scopes/0'],
    ['an unknown scope', { scopes: ['everything'] }, '#/scopes/0'],
    ['no name', { name: ' ' }, '#/name'],
    ['no time at all', { expiresInDays: 0 }, '#/expiresInDays'],
    ['8.2.3 another owner', { userId: '00000000-0000-4000-8000-000000000000' }, '#/userId'],
    ['8.2.3 a secret of its own', { token: 'x' }, '#/token'],
  ])('with %s is refused', async (_title, wish, pointer) => {
    const answer = await post('/auth/tokens', ada, { name: 'x', scopes: [], ...wish })
    expect(expectProblem(answer, 422, 'validation_failed').errors?.[0]?.pointer).toBe(pointer)
  })

  test('7.5.1 asks for a recent proof of who one is', async () => {
    const { cookie } = await server.signIn()
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.now() + minutes(6))
    expectProblem(await post('/auth/tokens', cookie, { name: 'x', scopes: [] }), 403, 'reauthentication_required')
  })

  test('2.3.2 of 60 parallel requests 50 make one, and the next is refused until one is revoked or expires', async () => {
    const { cookie } = await server.signIn(CAROL)
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => post('/auth/tokens', cookie, { name: 'x', scopes: [], expiresInDays: 1 })),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50)
    for (const answer of answers) if (answer.status !== 201) expectProblem(answer, 409, 'too_many_tokens')
    expect(await tokensOf(CAROL.email)).toHaveLength(50)
    await remove((await list(cookie))[0].id, cookie).expect(200)
    await personalToken(server, cookie, { expiresInDays: 1 })
    expectProblem(await post('/auth/tokens', cookie, { name: 'x', scopes: [] }), 409, 'too_many_tokens')

    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.now() + days(1))
    const later = (await server.signIn(CAROL)).cookie
    await personalToken(server, later)
    expect(await list(later)).toHaveLength(1)
  })
})

describe('using a token', () => {
  test('8.2.1 it may what its owner may, and of that only its scopes', async () => {
    const wide = await personalToken(server, bob, { scopes: ['users:read', 'roles:read'] })
    const narrow = await personalToken(server, bob, { scopes: ['roles:read'] })
    await askWith(server, wide.token, '/api/v1/users').expect(200)
    await askWith(server, narrow.token, '/api/v1/roles').expect(200)
    const refused = await askWith(server, narrow.token, '/api/v1/users')
    expectProblem(refused, 403, 'forbidden')
    expect(refused.headers['www-authenticate']).toContain('error="insufficient_scope", scope="users:read"')
    const { body } = await askWith(server, narrow.token).expect(200)
    expect(body).toEqual({
      user: expect.objectContaining({ email: BOB.email, roles: ['admin', 'user'] }),
      permissions: ['roles:read'],
      token: { kind: 'personal', id: narrow.id, expires: narrow.expires },
    })
  })

  test('it expires', async () => {
    const { token, expires } = await personalToken(server, ada, { expiresInDays: 1 })
    await askWith(server, token).expect(200)
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.parse(expires) - 1)
    await askWith(server, token).expect(200)
    vi.setSystemTime(Date.parse(expires))
    expectProblem(await askWith(server, token), 401, 'invalid_token')
  })

  test('its last use is noted, once a minute at most', async () => {
    const { token, id } = await personalToken(server, bob)
    const lastUsed = async () => (await list(bob)).find((each: { id: string }) => each.id === id).lastUsedAt
    vi.useFakeTimers({ toFake: ['Date'] })
    const start = Date.now()
    async function use(after: number) {
      vi.setSystemTime(start + after)
      await askWith(server, token).expect(200)
      await new Promise(resolve => setTimeout(resolve, 50))
      return Date.parse(await lastUsed()) - start
    }
    expect(await use(1000)).toBe(1000)
    expect(await use(minutes(1))).toBe(1000)
    expect(await use(minutes(1) + 1000)).toBe(minutes(1) + 1000)
  })

  test('7.2.2 it opens nothing under /auth', async () => {
    const { token } = await personalToken(server, bob, { scopes: ['users:read'] })
    for (const path of ['/auth/session', '/auth/profile', '/auth/tokens', '/auth/sessions'])
      expectProblem(await askWith(server, token, path), 401, 'authentication_required')
  })

  test('an answer that did not change is not sent again', async () => {
    const { token } = await personalToken(server, ada)
    const { etag = '' } = (await askWith(server, token).expect(200)).headers
    await askWith(server, token).set('If-None-Match', etag).expect(304)
    await askWith(server, token).set('If-None-Match', 'W/"other"').expect(200)
    const headOnly = await supertest(server.url).head('/api/v1/me').set(asBearer(token)).expect(200)
    expect(headOnly.headers.etag).toBe(etag)
  })
})

describe('a wrong token', () => {
  const flipped = (token: string, at: number) =>
    `${token.slice(0, at)}${token[at] === 'a' ? 'b' : 'a'}${token.slice(at + 1)}`

  test('of the right id and another secret is refused, cached or not', async () => {
    const { token, id } = await personalToken(server, ada)
    const secret = newPersonalToken().token.slice(24, -6)
    const forged = withRightChecksum(`lk_pat_${id}_${secret}`)
    expect(idOf(forged)).toBe(id)
    expectProblem(await askWith(server, forged), 401, 'invalid_token')
    await askWith(server, token).expect(200)
    expectProblem(await askWith(server, forged), 401, 'invalid_token')
  })

  test.each([
    ['never made', () => newPersonalToken().token],
    ['mistyped', (good: string) => flipped(good, 30)],
    ['cut', (good: string) => good.slice(0, -1)],
    ['with something after it', (good: string) => `${good}A`],
    ['SQL', () => "lk_pat_x'OR'1'='1"],
    ['of 4,096 characters', () => `lk_pat_${'x'.repeat(4089)}`],
  ])('%s is refused, by a challenge that tells nothing', async (_title, make) => {
    const wrong = make((await personalToken(server, bob)).token)
    const answer = await askWith(server, wrong)
    expect([400, 401]).toContain(answer.status)
    expect(answer.headers['www-authenticate']).toMatch(
      /^Bearer realm="api", error="invalid_(token|request)", error_desc/,
    )
    expect(JSON.stringify(answer.body)).not.toContain(wrong.slice(0, 24))
  })
})

function withRightChecksum(body: string) {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  let rest = crc32(body)
  let checksum = ''
  for (let place = 0; place < 6; place++) {
    checksum = digits.charAt(rest % 62) + checksum
    rest = Math.floor(rest / 62)
  }
  return body + checksum
}

describe('RFC 6750 a request that presents its token wrongly', () => {
  test.each([
    ['14.2.1 in the query', '?access_token=x', {}, 400, 'credentials_in_url', 'invalid_request'],
    ['14.2.1 in the query, as token', '?token=x', {}, 400, 'credentials_in_url', 'invalid_request'],
    ['without a token', '', { Authorization: 'Bearer' }, 400, 'malformed_request', 'invalid_request'],
    ['with two tokens', '', { Authorization: 'Bearer a b' }, 400, 'malformed_request', 'invalid_request'],
    ['with a list', '', { Authorization: 'Bearer a, Bearer b' }, 400, 'malformed_request', 'invalid_request'],
    ['of forbidden characters', '', { Authorization: 'Bearer a{b}' }, 400, 'malformed_request', 'invalid_request'],
    ['too long', '', { Authorization: `Bearer ${'a'.repeat(4097)}` }, 400, 'malformed_request', 'invalid_request'],
    ['by another scheme', '', { Authorization: 'Token abc' }, 401, 'authentication_required', undefined],
    ['by the name of the scheme alone', '', { Authorization: 'Bearerabc' }, 401, 'authentication_required', undefined],
  ] as const)('%s is refused', async (_title, query, headers, status, code, error) => {
    const answer = await supertest(server.url).get(`/api/v1/me${query}`).set(headers)
    expectProblem(answer, status, code)
    expect(answer.headers['www-authenticate']).toContain(error ? `error="${error}"` : 'Bearer realm="api"')
    if (!error) expect(answer.headers['www-authenticate']).not.toContain('error')
  })

  test('with two Authorization headers is refused, even if both are good', async () => {
    const { token } = await personalToken(server, ada)
    const line = `Authorization: Bearer ${token}`
    const { status, headers } = await sendRaw(server.port, head('GET', '/api/v1/me', line, line))
    expect(status).toBe(400)
    expect(headers['www-authenticate']).toContain('error="invalid_request"')
  })

  test('a good token in the query next to one in the header is refused as well', async () => {
    const { token } = await personalToken(server, ada)
    expectProblem(await askWith(server, token, `/api/v1/me?access_token=${token}`), 400, 'credentials_in_url')
  })

  test('the scheme is read in any case of letters', async () => {
    const { token } = await personalToken(server, ada)
    await supertest(server.url).get('/api/v1/me').set('Authorization', `bearer ${token}`).expect(200)
  })
})

describe('revoking a token', () => {
  test('8.2.2 somebody else’s is not found and lives on', async () => {
    const { id, token } = await personalToken(server, bob)
    expectProblem(await remove(id, ada), 404, 'not_found')
    await askWith(server, token).expect(200)
    expect((await list(ada)).map((each: { id: string }) => each.id)).not.toContain(id)
  })

  test('of 50 parallel requests one revokes it, and it is recorded once', async () => {
    const { id } = await personalToken(server, bob)
    const answers = await Promise.all(Array.from({ length: 50 }, () => remove(id, bob)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await audited('authn_token_revoked')).filter(each => each === id)).toHaveLength(1)
  })
})

describe('reporting a token that was found', () => {
  const report = (token: string) => supertest(server.url).post('/auth/tokens/report').send({ token })

  test('revokes it without a sign-in, and answers alike whether there was one', async () => {
    const { id, token } = await personalToken(server, bob)
    const there = await report(token).expect(200)
    expectProblem(await askWith(server, token), 401, 'invalid_token')
    for (const other of [token, newPersonalToken().token, 'x']) {
      const answer = await report(other).expect(200)
      expect(answer.body).toEqual(there.body)
    }
    expect(await audited('authn_token_reported')).toEqual([id])
  })

  test('takes the whole token: its id alone revokes nothing', async () => {
    const { id, token } = await personalToken(server, bob)
    await report(withRightChecksum(`lk_pat_${id}_${newPersonalToken().token.slice(24, -6)}`)).expect(200)
    await askWith(server, token).expect(200)
  })
})

describe('the command line', () => {
  test('lists the tokens of a user and revokes one, which the running server refuses', async () => {
    const cli = cliHere(settingsOf(server))
    const { id, token } = await personalToken(server, (await server.signIn(DAVE)).cookie)
    await askWith(server, token).expect(200)
    const listed = await cli.run(['token', 'list', DAVE.email])
    expect(listed.stdout).toMatch(new RegExp(`^${id} +test +- +2`, 'm'))
    expect(listed.stdout).not.toContain(token.slice(24))
    expect((await cli.run(['token', 'revoke', id])).stdout).toBe(`revoked ${id}\n`)
    const event = await AuditEventRow.findOne({ where: { event: 'authn_token_revoked' }, order: [['seq', 'DESC']] })
    expect(event).toMatchObject({ userId: (await userOf(DAVE)).id, actorId: null })
    const by = { by: 'command line', operator: userInfo().username }
    expect(JSON.parse(event?.details ?? '')).toEqual({ token: id, ...by })
    await server.deps.channel.sync()
    await askWith(server, token).expect(401)
    expect(await cli.run(['token', 'revoke', id])).toEqual(refusal('There is no token'))
  })
})

test('a deleted user takes all tokens along', async () => {
  const { token } = await personalToken(server, (await server.signIn(DAVE)).cookie)
  await askWith(server, token).expect(200)
  await (await userOf(DAVE)).destroy()
  await server.deps.channel.sync()
  await askWith(server, token).expect(401)
})

// Last, because the models are bound to the server that was opened last.
test('a server with lower limits gives shorter tokens and takes fewer reports', async () => {
  const strict = await startServer({ TOKEN_LIFETIME_MAX: '30d', LOGIN_LIMIT_CLIENT: '2' })
  await strict.register()
  const { expires } = await personalToken(strict, (await strict.signIn()).cookie)
  expect(Date.parse(expires) - Date.now()).toBeCloseTo(days(30), -5)
  const report = () => supertest(strict.url).post('/auth/tokens/report').send({ token: 'x' })
  await report().expect(200)
  await report().expect(200)
  expectProblem(await report(), 429, 'too_many_requests')
  await strict.close()
})
