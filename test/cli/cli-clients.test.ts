import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isSecretValid } from '../../src/provider/client-secrets.ts'
import { clientById, findClient } from '../../src/provider/clients.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { refusal, settingsOf } from '../support/cli-process.ts'
import { startServer, type TestServer } from '../support/harness.ts'

const CALLBACK = 'https://wiki.example.org/callback'

let server: TestServer
let directory: string
beforeAll(async () => {
  server = await startServer()
  directory = await mkdtemp(path.join(tmpdir(), 'latchkey-clients-'))
})
afterAll(async () => {
  await server.close()
  await rm(directory, { recursive: true, force: true })
})

const client = (...args: string[]) => cliHere(settingsOf(server), directory).run(['client', ...args])
const create = (id: string, ...more: string[]) =>
  client('create', '--id', id, '--name', 'Wiki', '--redirect-uri', CALLBACK, ...more)
const stored = async (id: string) => (await clientById(id)).toPublic()

describe('client create, update and delete', () => {
  test('write what the API writes, every field of it', async () => {
    const keys = { keys: [generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })] }
    await writeFile(path.join(directory, 'jwks.json'), JSON.stringify(keys))
    const made = await create(
      'full',
      ...['--application-type', 'web', '--auth-method', 'private_key_jwt', '--jwks', 'jwks.json'],
      ...['--redirect-uri', 'https://b.example/', '--post-logout-redirect-uri', 'https://b.example/bye'],
      ...['--backchannel-logout-uri', 'https://b.example/out', '--launch-url', 'https://b.example/'],
      ...['--grant-type', 'authorization_code', '--grant-type', 'client_credentials', '--scope', 'openid'],
      ...['--own-scope', 'reports', '--role', 'admin', '--second-factor', 'yes', '--skip-consent', 'yes'],
      ...['--id-token-algorithm', 'ES256', '--resource', 'urn:b', '--resource-scope', 'rows', '--disabled', 'yes'],
    )
    expect(made).toEqual({ code: 0, stdout: 'created full\n', stderr: '' })
    expect(await stored('full')).toEqual({
      id: 'full',
      name: 'Wiki',
      applicationType: 'web',
      authMethod: 'private_key_jwt',
      redirectUris: [CALLBACK, 'https://b.example/'],
      postLogoutRedirectUris: ['https://b.example/bye'],
      backchannelLogoutUri: 'https://b.example/out',
      launchUrl: 'https://b.example/',
      grantTypes: ['authorization_code', 'client_credentials'],
      scopes: ['openid'],
      ownScopes: ['reports'],
      roles: ['admin'],
      secondFactor: true,
      skipConsent: true,
      idTokenAlgorithm: 'ES256',
      jwks: keys,
      resource: 'urn:b',
      resourceScopes: ['rows'],
      disabled: true,
      createdAt: expect.any(String),
    })
  })

  test('an empty value empties a list or clears a value, and the rest stays', async () => {
    await create('emptied', '--role', 'user', '--launch-url', 'https://b.example/', '--own-scope', 'reports')
    const emptied = ['--role', '', '--launch-url', '', '--own-scope', '', '--second-factor', 'no']
    expect(await client('update', 'emptied', ...emptied)).toMatchObject({ code: 0, stdout: 'updated emptied\n' })
    const expected = { roles: null, launchUrl: null, ownScopes: [], name: 'Wiki', redirectUris: [CALLBACK] }
    expect(await stored('emptied')).toMatchObject(expected)
  })

  test('delete asks, unless told not to', async () => {
    await create('deleted')
    expect(await client('delete', 'deleted')).toEqual(refusal('add --yes'))
    expect(await client('delete', 'deleted', '--yes')).toMatchObject({ code: 0, stdout: 'deleted deleted\n' })
    expect(await findClient('deleted')).toBeNull()
  })

  test.each([
    ['no name', ['create', '--redirect-uri', CALLBACK], '--name: '],
    [
      'a pattern',
      ['create', '--name', 'X', '--redirect-uri', 'https://*.example.org/'],
      '--redirect-uri: Enter an exact',
    ],
    ['no redirect URI', ['create', '--name', 'X'], 'Add at least one'],
    [
      'an unknown role',
      ['create', '--name', 'X', '--redirect-uri', CALLBACK, '--role', 'root'],
      'There is no role root',
    ],
    ['an unreadable file', ['create', '--name', 'X', '--jwks', 'none.json'], 'none.json cannot be read'],
    ['an unknown client', ['update', 'unknown', '--name', 'X'], 'No such client'],
    ['no change', ['update', 'full'], 'Nothing to change'],
    ['a missing client', ['show', 'unknown'], 'No such client. See: npm run latchkey -- client list'],
  ])('%s is refused in one line', async (_title, args, words) => {
    expect(await client(...args)).toEqual(refusal(words))
  })

  test('a switch that is neither yes nor no is wrong usage', async () => {
    expect(await create('x', '--second-factor', 'maybe')).toMatchObject({ code: 2, stdout: '' })
  })

  test('are in the audit log with the operator', async () => {
    await create('audited')
    const [{ details = '' } = {}] = await server.rows<{ details: string }>(
      `SELECT "details" FROM "AuditEvents" WHERE "event" = 'client_created' AND "details" LIKE '%audited%'`,
    )
    expect(JSON.parse(details)).toEqual({ client: 'audited', by: 'command line', operator: expect.any(String) })
  })
})

test('client list shows all, page by page, and client show one with its secrets', async () => {
  await create('listed', '--name', '0')
  const page = JSON.parse((await client('list', '--limit', '1', '--json')).stdout)
  expect(page.clients.map(({ id }: { id: string }) => id)).toEqual(['listed'])
  const { stdout, stderr } = await client('list', '--limit', '1')
  expect(stdout).toMatch(
    /^ID +NAME +AUTHENTICATION +ROLES +STATE\nlisted +0 +client_secret_basic +every user +enabled\n$/,
  )
  expect(stderr).toBe(`There are more: --after ${page.next}\n`)
  await client('add-secret', 'listed')
  expect(JSON.parse((await client('show', 'listed')).stdout)).toMatchObject({
    id: 'listed',
    secrets: [{ prefix: expect.stringMatching(/^lks_/), lastUsedAt: null }],
  })
})

test('client add-secret prints a secret that is valid until client remove-secret', async () => {
  await create('secretive')
  const { stdout, stderr } = await client('add-secret', 'secretive', '--expires-in-days', '7')
  const secret = stdout.trim()
  expect(await isSecretValid('secretive', secret)).toBe(true)
  const [, id = ''] = /^Its ID is (\S+); it expires at [\d-]{10} [\d:]{8}Z\.\n$/.exec(stderr) ?? []
  expect(await client('remove-secret', 'secretive', id)).toMatchObject({ code: 0, stdout: `removed ${id}\n` })
  expect(await isSecretValid('secretive', secret)).toBe(false)
  expect(await client('remove-secret', 'secretive', id)).toEqual(refusal('No such secret'))
  expect(await client('remove-secret', 'secretive', '1')).toMatchObject({ code: 2 })
})
