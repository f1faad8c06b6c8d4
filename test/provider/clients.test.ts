import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { ClientSecret } from '../../models/client-secret.ts'
import { days, minutes } from '../../src/durations.ts'
import { isSecretValid } from '../../src/provider/client-secrets.ts'
import { findClient } from '../../src/provider/clients.ts'
import { type ApiClient, apiClient, grant } from '../support/api-client.ts'
import { askWith, personalToken } from '../support/bearer.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'

const WIKI = { name: 'Wiki', redirectUris: ['https://wiki.example.org/callback'] }
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'

let server: TestServer
let admin: ApiClient
beforeAll(async () => {
  server = await startServer()
  for (const person of [ADA, BOB]) await server.register(person)
  await grant(ADA, 'admin')
  admin = await apiClient(server, ADA)
})
afterAll(() => server.close())
afterEach(() => void vi.useRealTimers())

const create = (content: object = {}) => admin.send('post', '/clients').send({ ...WIKI, ...content })
const newId = async (content: object = {}): Promise<string> => (await create(content).expect(201)).body.id
const change = (id: string, content: object, tag = '*') =>
  admin.send('patch', `/clients/${id}`).set('If-Match', tag).send(content)
const addSecret = async (id: string, expiresInDays = 90) =>
  (await admin.send('post', `/clients/${id}/secrets`).send({ expiresInDays }).expect(201)).body
const secretsOf = async (id: string) => (await admin.send('get', `/clients/${id}/secrets`).expect(200)).body.items

describe('a client', () => {
  test('needs a name and a redirect URI; the rest has cautious defaults', async () => {
    const { body } = await create().expect(201)
    expect(body).toEqual({
      ...WIKI,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      applicationType: 'web',
      authMethod: 'client_secret_basic',
      postLogoutRedirectUris: [],
      backchannelLogoutUri: null,
      launchUrl: null,
      grantTypes: ['authorization_code'],
      scopes: ['openid', 'profile', 'email'],
      ownScopes: [],
      roles: null,
      secondFactor: false,
      skipConsent: false,
      idTokenAlgorithm: 'RS256',
      jwks: null,
      resource: null,
      resourceScopes: [],
      disabled: false,
      createdAt: expect.any(String),
    })
    expect((await admin.send('get', `/clients/${body.id}`).expect(200)).body).toEqual(body)
  })

  test('keeps every field that was sent', async () => {
    const content = {
      id: 'every.field_~-1',
      name: 'Everything',
      applicationType: 'native',
      authMethod: 'private_key_jwt',
      redirectUris: ['org.example.app:/callback', 'http://127.0.0.1/callback', 'https://app.example.org/?a=1&b=%20'],
      postLogoutRedirectUris: ['http://[::1]:8080/'],
      backchannelLogoutUri: 'http://app.localhost:8080/logout',
      launchUrl: 'http://intranet/app',
      grantTypes: ['authorization_code', 'refresh_token', DEVICE, 'client_credentials'],
      scopes: ['openid', 'groups', 'offline_access'],
      ownScopes: ['reports:read'],
      roles: ['admin', 'user'],
      secondFactor: true,
      skipConsent: true,
      idTokenAlgorithm: 'EdDSA',
      jwks: { keys: [publicJwk()] },
      resource: 'urn:example:reports',
      resourceScopes: ['rows:read'],
      disabled: true,
    }
    const { body } = await create(content).expect(201)
    expect(body).toEqual({ ...content, createdAt: expect.any(String) })
    expect((await admin.send('get', `/clients/${content.id}`).expect(200)).body).toEqual(body)
    expectProblem(await create({ id: content.id }), 409, 'client_exists')
    expectProblem(await create({ resource: content.resource }), 409, 'client_exists')
  })

  test('is listed by name, page by page', async () => {
    const ids = [await newId({ name: 'AA' }), await newId({ name: 'AA' })].sort()
    const { body } = await admin.send('get', '/clients?limit=1').expect(200)
    const second = await admin.send('get', `/clients?limit=1&cursor=${body.next}`).expect(200)
    expect([...body.items, ...second.body.items].map(({ id }) => id)).toEqual(ids)
  })

  test('is changed only in the version that was read', async () => {
    const { body, headers } = await admin.send('get', `/clients/${await newId()}`)
    expectProblem(await admin.send('patch', `/clients/${body.id}`).send({ name: 'B' }), 428, 'precondition_required')
    const first = await change(body.id, { name: 'B', roles: ['user'] }, headers.etag).expect(200)
    expect(first.body).toEqual({ ...body, name: 'B', roles: ['user'] })
    expectProblem(await change(body.id, { name: 'C' }, headers.etag), 412, 'precondition_failed')
    await change(body.id, { name: 'C', roles: null }, first.headers.etag).expect(200)
    expectProblem(await change(body.id, {}), 422, 'validation_failed')
    expectProblem(await change(body.id, { id: 'other' }), 422, 'validation_failed')
  })

  test('that is deleted is gone with its secrets', async () => {
    const id = await newId()
    const { secret } = await addSecret(id)
    await admin.send('delete', `/clients/${id}`).expect(204)
    expect(await findClient(id)).toBeNull()
    expect(await isSecretValid(id, secret)).toBe(false)
    for (const path of ['', '/secrets']) await admin.send('get', `/clients/${id}${path}`).expect(404)
    await admin.send('delete', `/clients/${id}`).expect(404)
    await newId({ id })
    expect(await isSecretValid(id, secret)).toBe(false)
  })

  test.each(['', '.', '..', 'a b', 'a/b', 'é', 'a\0', 'x'.repeat(101)])('is not found by the ID %j', async id => {
    expect(await findClient(id)).toBeNull()
    expectProblem(await create({ id }), 422, 'validation_failed')
  })
})

type Refusal = [title: string, content: Record<string, unknown>, pointer: string]

const uris = (field: string, list: string[]): Refusal[] =>
  list.map(uri => [`${field} ${uri}`, { [field]: field.endsWith('s') ? [uri] : uri }, field])

const BAD_ANYWHERE = [
  '',
  'wiki.example.org',
  '/callback',
  '//wiki.example.org/',
  'https:wiki.example.org',
  'https:///wiki.example.org',
  'HTTPS://wiki.example.org/',
  'https://wiki.example.org/#',
  'https://wiki.example.org/#done',
  'https://*.example.org/',
  'https://wiki.example.org/*',
  'https://ada:secret@wiki.example.org/',
  'https://ada@wiki.example.org/',
  'https://wiki.example.org\\@evil.example/',
  'https://wiki.example.org/ ',
  ' https://wiki.example.org/',
  'https://wiki.example.org/\n',
  'https://wiki.example.org/\t',
  'https://wíki.example.org/',
  'https://wiki.example.org/"',
  'https://wiki.example.org:99999/',
  `https://wiki.example.org/${'x'.repeat(2000)}`,
]
const BAD_IN_BROWSERS = [
  'javascript:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'file:///etc/passwd',
  'blob:x',
  'about:blank',
]
const PLAIN_HTTP = [
  'http://wiki.example.org/',
  'http://127.0.0.1.example.org/',
  'http://localhost.example.org/',
  'http://10.0.0.1/',
]

const REFUSED: Refusal[] = [
  ...['redirectUris', 'postLogoutRedirectUris', 'backchannelLogoutUri'].flatMap(field =>
    uris(field, [...BAD_ANYWHERE, ...BAD_IN_BROWSERS, ...PLAIN_HTTP]),
  ),
  ...uris('launchUrl', [...BAD_ANYWHERE, ...BAD_IN_BROWSERS]),
  ...uris('resource', ['', 'api', '/api', 'https://api.example.org/#x', 'https://a:b@api.example.org/', 'urn:a b']),
  ['a web application with a scheme of its own', { redirectUris: ['org.example.app:/callback'] }, 'redirectUris/0'],
  ...['http://wiki.example.org/', 'http://app.localhost/', 'https://localhost/', 'app:/callback'].map(
    (uri): Refusal => [`native ${uri}`, { applicationType: 'native', redirectUris: [uri] }, 'redirectUris/0'],
  ),
  [
    '21 redirect URIs',
    { redirectUris: Array.from({ length: 21 }, (_, at) => `https://a.example/${at}`) },
    'redirectUris',
  ],
  ['no redirect URI', { redirectUris: [] }, 'redirectUris'],
  ['no grant', { grantTypes: [] }, 'grantTypes'],
  ['implicit', { grantTypes: ['implicit'] }, 'grantTypes/0'],
  ['refresh_token alone', { grantTypes: ['refresh_token'] }, 'grantTypes'],
  [
    'client_credentials without authentication',
    { grantTypes: ['client_credentials'], authMethod: 'none' },
    'grantTypes',
  ],
  ['client_secret_jwt', { authMethod: 'client_secret_jwt' }, 'authMethod'],
  ['an unknown scope', { scopes: ['openid', 'admin'] }, 'scopes/1'],
  ...['openid', 'offline_access', 'address', 'a b', 'a"b', 'a\\b', '', 'é'].map(
    (scope): Refusal => [`the own scope ${scope}`, { ownScopes: [scope] }, 'ownScopes/0'],
  ),
  ['a role that does not exist', { roles: ['user', 'nobody'] }, 'roles/1'],
  ['no role at all', { roles: [] }, 'roles'],
  ['private_key_jwt without keys', { authMethod: 'private_key_jwt' }, 'jwks'],
  ['keys that are not used', { jwks: { keys: [publicJwk()] } }, 'jwks'],
  ['a private key', keys(generateKeyPairSync('ed25519').privateKey), 'jwks/keys/0/d'],
  ['a private RSA key', keys(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey), 'jwks/keys/0/d'],
  ['a short RSA key', keys(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey), 'jwks/keys/0'],
  [
    'a shared secret as key',
    { authMethod: 'private_key_jwt', jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } },
    'jwks/keys/0/kty',
  ],
  [
    'half a key',
    { authMethod: 'private_key_jwt', jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'AA' }] } },
    'jwks/keys/0',
  ],
  ['scopes of no resource', { resourceScopes: ['rows:read'] }, 'resource'],
  ['an unknown field', { clientSecret: 'x' }, 'clientSecret'],
]

function publicJwk(): JsonWebKey {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
}

function keys(key: KeyObject) {
  return { authMethod: 'private_key_jwt', jwks: { keys: [key.export({ format: 'jwk' })] } }
}

describe('what is refused with 422', () => {
  test.each(REFUSED)('%s', async (_title, content, pointer) => {
    const { errors = [] } = expectProblem(await create(content), 422, 'validation_failed')
    expect(errors.map(each => each.pointer).find(each => each.startsWith(`#/${pointer}`))).toBeDefined()
    const id = await newId()
    expectProblem(await change(id, content), 422, 'validation_failed')
    await admin.send('delete', `/clients/${id}`).expect(204)
  })

  test.each(['', '/api', '/api/v1', '/oidc'])(
    'a resource at BASE_URL%s, whose tokens would open this server',
    async path => {
      const resource = server.env.BASE_URL + path
      expect(expectProblem(await create({ resource }), 422, 'validation_failed').errors).toMatchObject([
        { pointer: '#/resource', code: 'reserved' },
      ])
    },
  )

  test('a change that does not go with what was there', async () => {
    const id = await newId({ grantTypes: ['authorization_code', 'client_credentials'] })
    expectProblem(await change(id, { authMethod: 'none' }), 422, 'validation_failed')
    expectProblem(await change(id, { redirectUris: [] }), 422, 'validation_failed')
  })
})

describe('a secret', () => {
  test('is shown once, and only its hash is kept', async () => {
    const id = await newId()
    const { secret, ...described } = await addSecret(id)
    expect(secret).toMatch(/^lks_[\w-]{43}$/)
    expect(described).toMatchObject({ prefix: secret.slice(0, 8), lastUsedAt: null })
    expect(await secretsOf(id)).toEqual([described])
    const [row] = await server.rows(`SELECT * FROM "ClientSecrets" WHERE "clientId" = '${id}'`)
    expect(JSON.stringify(row)).not.toContain(secret.slice(8))
  })

  test('is valid for its client beside others, until it expires or is removed', async () => {
    const [id, other] = [await newId(), await newId()]
    const [old, current, brief] = [await addSecret(id), await addSecret(id), await addSecret(id, 1)]
    for (const { secret } of [old, current, brief]) expect(await isSecretValid(id, secret)).toBe(true)
    expect(await isSecretValid(other, current.secret)).toBe(false)
    for (const wrong of ['', 'lks_', current.secret.slice(0, -1), `${current.secret} `, current.prefix])
      expect(await isSecretValid(id, wrong)).toBe(false)

    await admin.send('delete', `/clients/${other}/secrets/${old.id}`).expect(404)
    await admin.send('delete', `/clients/${id}/secrets/${old.id}`).expect(204)
    await admin.send('delete', `/clients/${id}/secrets/${old.id}`).expect(404)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days(1) })
    expect(await Promise.all([old, current, brief].map(({ secret }) => isSecretValid(id, secret)))).toEqual([
      false,
      true,
      false,
    ])
  })

  test('notes when it was used last, at most once a minute', async () => {
    const id = await newId()
    const { secret } = await addSecret(id)
    const start = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: start })
    const lastUse = async () => (await ClientSecret.findOne({ where: { clientId: id } }))?.lastUsedAt?.getTime()
    for (const [later, noted] of [
      [0, 0],
      [minutes(1) - 1, 0],
      [minutes(1), minutes(1)],
    ] as const) {
      vi.setSystemTime(start + later)
      expect(await isSecretValid(id, secret)).toBe(true)
      expect(await lastUse()).toBe(start + noted)
    }
  })

  test('is refused for a client that uses none, and removed when a client stops using any', async () => {
    const open = await newId({ authMethod: 'none' })
    expectProblem(await admin.send('post', `/clients/${open}/secrets`).send({ expiresInDays: 1 }), 409, 'conflict')
    const id = await newId()
    const { secret } = await addSecret(id)
    await change(id, { authMethod: 'none' }).expect(200)
    await change(id, { authMethod: 'client_secret_post' }).expect(200)
    expect(await secretsOf(id)).toEqual([])
    expect(await isSecretValid(id, secret)).toBe(false)
  })

  test('is one of at most ten; expired ones make room', async () => {
    const id = await newId()
    for (let made = 0; made < 10; made++) await addSecret(id)
    expectProblem(await admin.send('post', `/clients/${id}/secrets`).send({ expiresInDays: 1 }), 409, 'conflict')
    await ClientSecret.update({ expires: new Date(Date.now() - 1) }, { where: { clientId: id } })
    await addSecret(id)
    expect(await secretsOf(id)).toHaveLength(1)
  })
})

describe('who may', () => {
  test('clients:read reads and changes nothing', async () => {
    const role = { name: 'watcher', description: '', permissions: ['clients:read'] }
    await admin.send('post', '/roles').send(role).expect(201)
    await grant(BOB, 'watcher')
    const bob = await apiClient(server, BOB)
    const id = await newId()
    await bob.send('get', '/clients').expect(200)
    await bob.send('get', `/clients/${id}/secrets`).expect(200)
    for (const [method, path] of [
      ['post', ''],
      ['patch', `/${id}`],
      ['delete', `/${id}`],
      ['post', `/${id}/secrets`],
    ] as const)
      expectProblem(await bob.send(method, `/clients${path}`).send({}), 403, 'forbidden')
  })

  test('a personal token with another scope neither', async () => {
    const { cookie } = await server.signIn(ADA)
    const { token } = await personalToken(server, cookie, { scopes: ['users:read'] })
    expectProblem(await askWith(server, token, '/api/v1/clients'), 403, 'forbidden')
  })
})

test('every change is in the audit log, with the names of fields and no secret', async () => {
  const id = await newId()
  const { secret, id: secretId } = await addSecret(id)
  await change(id, { name: 'Wiki 2', launchUrl: 'https://wiki.example.org/' }).expect(200)
  await change(id, { name: 'Wiki 2' }).expect(200)
  await admin.send('delete', `/clients/${id}/secrets/${secretId}`).expect(204)
  await admin.send('delete', `/clients/${id}`).expect(204)
  const events = await server.rows<{ event: string; actorId: string; details: string }>(
    `SELECT "event", "actorId", "details" FROM "AuditEvents" WHERE "details" LIKE '%${id}%' ORDER BY "seq"`,
  )
  const { id: adaId } = (await admin.send('get', '/users?q=ada').expect(200)).body.items[0]
  expect(events.map(({ event, details }) => [event, JSON.parse(details)])).toEqual([
    ['client_created', { client: id }],
    ['client_secret_added', { client: id, secret: secretId, expires: expect.any(String) }],
    ['client_updated', { client: id, fields: ['name', 'launchUrl'] }],
    ['client_secret_removed', { client: id, secret: secretId }],
    ['client_deleted', { client: id }],
  ])
  expect(new Set(events.map(({ actorId }) => actorId))).toEqual(new Set([adaId]))
  expect(JSON.stringify(events)).not.toContain(secret)
})
