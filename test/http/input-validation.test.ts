import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLink } from '../../src/links/links.ts'
import { ProblemSchema } from '../../src/problem.ts'
import { apiClient, grant } from '../support/api-client.ts'
import { enrolTotp } from '../support/enrol.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'

const EVE = { email: 'eve@example.org', name: 'Eve', password: 'nine copper kettles whistling' }

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000'

type Method = 'post' | 'patch' | 'put' | 'delete'
type Body = Record<string, unknown>

const CREDENTIAL = { id: 'AAAA', rawId: 'AAAA', type: 'public-key' }
const CREATED = { ...CREDENTIAL, response: { clientDataJSON: 'AAAA', attestationObject: 'AAAA', transports: ['usb'] } }
const ASSERTED = { ...CREDENTIAL, response: { clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA' } }

/** A body that each endpoint would take. A new endpoint with a body fails the first test until it stands here. */
const VALID: [string, Body][] = [
  ['post /auth/register', { ...BOB, username: 'bob', invitation: 'an invitation' }],
  ['post /auth/setup', { ...BOB, username: 'bob', token: 'a token' }],
  ['post /auth/setup/check', { token: 'a token' }],
  ['post /auth/recovery-codes/confirm', { recoveryCode: 'X5QG-7M2K' }],
  ['post /auth/password-strength', { password: ADA.password }],
  ['post /auth/login', { email: ADA.email, password: ADA.password, rememberMe: true }],
  ['post /auth/login', { username: 'ada', password: ADA.password, rememberMe: true }],
  ['patch /auth/profile', { name: 'Ada' }],
  ['post /auth/verify-email', { token: 'a token' }],
  ['post /auth/forgot-password', { email: ADA.email }],
  ['post /auth/reset-password', { token: 'a token', password: ADA.password }],
  ['post /auth/change-password', { currentPassword: ADA.password, newPassword: BOB.password, endOthers: true }],
  ['post /auth/set-password', { newPassword: BOB.password }],
  ['post /auth/change-email', { email: 'ada@new.example.org' }],
  ['post /auth/confirm-email', { token: 'a token' }],
  ['post /auth/undo-email-change', { token: 'a token' }],
  ['post /auth/not-me', { token: 'a token' }],
  ['post /auth/delete-account', { email: ADA.email }],
  ['post /auth/tokens', { name: 'a token', scopes: [], expiresInDays: 7 }],
  ['post /auth/tokens/report', { token: 'a token' }],
  ['post /api/v1/sessions/end-all', { confirm: true }],
  ['post /api/v1/bulk/disable-users', { ids: [UNKNOWN_ID] }],
  ['post /api/v1/bulk/end-sessions', { ids: [UNKNOWN_ID] }],
  ['post /api/v1/users', { email: 'new@example.org' }],
  ['patch /api/v1/users/{id}', { name: 'Ada' }],
  ['post /api/v1/roles', { name: 'support', description: 'Helps', permissions: [] }],
  ['post /api/v1/clients', { name: 'Wiki', redirectUris: ['https://wiki.example.org/callback'] }],
  ['patch /api/v1/clients/{id}', { name: 'Wiki' }],
  ['post /api/v1/clients/{id}/secrets', { expiresInDays: 90 }],
  ['patch /api/v1/roles/{name}', { description: 'Helps' }],
  ['post /auth/login/passkey', { credential: ASSERTED, rememberMe: true }],
  ['post /auth/login/email', { email: ADA.email, rememberMe: true }],
  ['post /auth/login/email/code', { code: '12345678' }],
  ['post /auth/login/email/link', { token: 'a token' }],
  ['post /auth/second-factor', { code: '123456', rememberDevice: true }],
  ['post /auth/second-factor', { recoveryCode: 'X5QG-7M2K', rememberDevice: true }],
  ['post /auth/second-factor', { passkey: ASSERTED }],
  ['post /auth/reauthenticate', { password: ADA.password }],
  ['post /auth/interactions/{uid}', { decision: 'allow' }],
  ['post /auth/device', { userCode: 'BCDF-GHJK' }],
  ['post /auth/device/decision', { userCode: 'BCDF-GHJK', decision: 'allow' }],
  ['post /auth/reauthenticate', { code: '123456' }],
  ['post /auth/reauthenticate', { passkey: ASSERTED }],
  ['post /auth/identities', { provider: 'corp', returnTo: '/account' }],
  ['post /auth/reauthenticate/provider', { provider: 'corp', returnTo: '/account' }],
  ['post /auth/totp/confirm', { code: '123456', endOthers: true }],
  ['post /auth/passkeys', { name: 'Key', credential: CREATED, endOthers: true }],
  ['patch /auth/passkeys/{id}', { name: 'Key' }],
]

/** Fields that take any text, and the status of a text that opens nothing. */
const SECRETS: Record<string, number> = {
  'post /auth/register invitation': 403,
  'post /auth/setup token': 409,
  'post /auth/setup/check token': 409,
  'post /auth/recovery-codes/confirm recoveryCode': 422,
  'post /auth/login password': 401,
  'post /auth/change-password currentPassword': 401,
  // After the wrong ones just tried, the right one has to wait (NIST SP 800-63B-4 3.2.2).
  'post /auth/change-password newPassword': 401,
  'post /auth/set-password newPassword': 409,
  'post /auth/login/email/link token': 403,
  'post /auth/verify-email token': 403,
  'post /auth/reset-password token': 403,
  'post /auth/reset-password password': 403,
  'post /auth/confirm-email token': 403,
  'post /auth/undo-email-change token': 403,
  'post /auth/not-me token': 403,
  // The same answer whether there is such a token or not.
  'post /auth/tokens/report token': 200,
  'post /auth/password-strength password': 200,
  'post /auth/reauthenticate password': 401,
}

const LONE_SURROGATE = 'a\ud800b'

type Spoil = [title: string, spoil: (valid: unknown) => unknown]

/** What no field takes. */
const WRONG_TYPES: Spoil[] = [
  ['null', () => null],
  ['true', valid => (valid === true ? 'true' : true)],
  ['0', () => 0],
  ['an array', valid => (Array.isArray(valid) ? {} : [])],
  ['an object', () => ({})],
  ['an array of the valid value', valid => [valid]],
  ['an object that poses as text', valid => ({ toString: valid, length: 20 })],
]

/** Texts that no field takes, but for one that takes any text: too long, or with characters that mean something elsewhere. */
const ODD_TEXTS: Spoil[] = [
  ['a million characters', () => 'x'.repeat(1_000_000)],
  ['ninety thousand characters', () => 'x'.repeat(90_000)],
  ['NUL', () => 'a\0b'],
  ['a line break', () => 'a\r\nb: c'],
  ['half a character', () => LONE_SURROGATE],
  ['a C1 control', () => 'a\u009bb'],
  ['a change of direction', () => 'a\u202eb'],
]

/** Fields that are not part of any body; the first three reach for an object's prototype. */
const EXTRA = ['__proto__', 'constructor', 'prototype', 'isAdmin', 'role', 'roles', 'id', 'passwordHash', 'disabledAt']

type Operation = { requestBody?: { content: object } }

/** Forms come from other login servers only (test/federation/). */
function takesJson({ requestBody }: Operation) {
  return requestBody !== undefined && 'application/json' in requestBody.content
}

let server: TestServer
let cookie = ''
let authorization = ''
let adaId = ''
let pendingCookie = ''
let bodies: string[] = []
beforeAll(async () => {
  server = await startServer({ SIGN_IN_WITH: 'password,passkey,email' })
  await server.register({ ...ADA, username: 'ada' })
  await createLink(server.env.BASE_URL, 'setup')
  cookie = (await server.signIn()).cookie
  adaId = (await grant(ADA, 'user')).id
  await server.register(EVE)
  await grant(EVE, 'admin')
  authorization = (await apiClient(server, EVE)).authorization
  const careful = { ...ADA, email: 'careful@example.org' }
  await server.register(careful)
  await enrolTotp((await server.signIn(careful)).browser)
  pendingCookie = (await server.signIn(careful)).cookie
  const { body } = await supertest(server.url).get('/openapi.json')
  bodies = Object.entries<Record<string, Operation>>(body.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, each]) => (takesJson(each) ? `${method} ${path}` : [])),
  )
})
afterAll(() => server.close())

function cookieFor(operation: string) {
  if (operation.includes('login')) return ''
  return operation.includes('second-factor') ? pendingCookie : cookie
}
const idFor = (path: string) => (path.startsWith('/api') ? adaId : UNKNOWN_ID)
function send(operation: string, json: string) {
  const [method = '', path = ''] = operation.split(' ')
  const request = supertest(server.url)[method as Method](path.replace('{id}', idFor(path)).replace('{name}', 'user'))
  if (path.startsWith('/api')) request.set('Authorization', authorization).set('If-Match', '*')
  return request.set('Cookie', cookieFor(operation)).type('json').send(json)
}
async function snapshot() {
  return JSON.stringify(
    await Promise.all(
      ['Users', 'UserRoles', 'Roles', 'Sessions', 'OneTimeLinks', 'Clients', 'ClientSecrets'].map(table =>
        server.rows(`SELECT * FROM "${table}"`),
      ),
    ),
  )
}

/** Sends bodies and demands that each is refused as one of `statuses` and that no row changed. */
async function allRefused(operation: string, jsons: [string, string][], statuses: number[]) {
  const before = await snapshot()
  for (const [title, json] of jsons) {
    const answer = await send(operation, json)
    expect({ title, refused: statuses.includes(answer.status), status: answer.status }).toMatchObject({ refused: true })
    if (answer.status >= 400) ProblemSchema.parse(answer.body)
  }
  expect(await snapshot()).toBe(before)
}

test('every endpoint that takes a body is tried here', () => {
  // POST /auth/review looks at the state of the account before it reads a body (test/accounts/recovery.test.ts).
  const tried = [...VALID.map(([operation]) => operation), 'post /auth/review']
  expect(new Set(bodies)).toEqual(new Set(tried))
})

describe.each(VALID)('2.2.1 2.2.2 %s %j', (operation, valid) => {
  const fields = Object.keys(valid)

  test.each(fields)('15.3.5 takes nothing but the documented form of %s', async field => {
    const spoilt = (each: Spoil[]) =>
      each.map(([title, spoil]): [string, string] => [
        title,
        JSON.stringify({ ...valid, [field]: spoil(valid[field]) }),
      ])
    await allRefused(operation, spoilt(WRONG_TYPES), [422])
    await allRefused(operation, spoilt(ODD_TEXTS), [413, 422, SECRETS[`${operation} ${field}`] ?? 422])
  })

  test('takes no body without its fields, and no unknown field', async () => {
    const optional = [
      'username',
      'returnTo',
      'invitation',
      'rememberMe',
      'rememberDevice',
      'endOthers',
      ...(operation === 'post /auth/tokens' ? ['expiresInDays'] : []),
    ]
    const rest = Object.fromEntries(Object.entries(valid).filter(([field]) => !optional.includes(field)))
    const { username } = valid
    const required = 'email' in valid || username === undefined ? rest : { username, ...rest }
    const missing = Object.keys(required).map((field): [string, string] => {
      const { [field]: _left, ...others } = required
      return [`without ${field}`, JSON.stringify(others)]
    })
    const extra = EXTRA.map((field): [string, string] => [
      field,
      `{${JSON.stringify(field)}:{"isAdmin":true},${JSON.stringify(required).slice(1)}`,
    ])
    await allRefused(operation, [...missing, ...extra], [422])
  })

  test('takes nothing but one JSON object', async () => {
    const whole = JSON.stringify(valid)
    const jsons = [
      '',
      '{}',
      '[]',
      `[${whole}]`,
      'null',
      '1',
      '"x"',
      `${whole}${whole}`,
      whole.slice(0, -1),
      `${whole}x`,
    ]
    await allRefused(
      operation,
      jsons.map(json => [json, json]),
      [400, 422],
    )
  })
})

test('15.3.6 after all this, nobody else is an administrator and no prototype has changed', async () => {
  expect(Reflect.get({}, 'isAdmin')).toBeUndefined()
  const administrators = await server.rows(
    `SELECT u."email" FROM "UserRoles" ur JOIN "Roles" r ON r."id" = ur."roleId" JOIN "Users" u ON u."id" = ur."userId"
      WHERE r."name" = 'admin'`,
  )
  expect(administrators).toEqual([{ email: EVE.email }])
})

test.each(['id', '1', '0'.repeat(36), `' OR 1=1`, '\0', '../../../', '[object Object]', 'x'.repeat(5000)])(
  '2.2.1 /auth/sessions/%s names no session',
  async id => {
    const before = await snapshot()
    const answer = await supertest(server.url)
      .delete(`/auth/sessions/${encodeURIComponent(id)}`)
      .set('Cookie', cookie)
    expect(expectProblem(answer, 422, 'validation_failed').errors).toMatchObject([{ pointer: ':/id' }])
    expect(await snapshot()).toBe(before)
  },
)
