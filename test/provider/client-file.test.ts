import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readFileClients } from '../../src/provider/client-file.ts'
import { NewClientSchema } from '../../src/provider/client-schema.ts'
import { isSecretValid } from '../../src/provider/client-secrets.ts'
import { clientById, findClient } from '../../src/provider/clients.ts'
import { startChild } from '../support/child-server.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { refusal, settingsOf } from '../support/cli-process.ts'
import { startServer, type TestServer } from '../support/harness.ts'

let server: TestServer
let directory: string
let file: string
beforeAll(async () => {
  server = await startServer()
  directory = await mkdtemp(path.join(tmpdir(), 'latchkey-file-'))
  file = path.join(directory, 'clients.yaml')
})
afterAll(async () => {
  await server.close()
  await rm(directory, { recursive: true, force: true })
})

const client = (...args: string[]) => cliHere(settingsOf(server), directory).run(['client', ...args])
const write = (yaml: string) => writeFile(file, yaml)

const entry = (id: string, lines: string[] = []) =>
  [
    `  - id: ${id}`,
    '    name: Wiki',
    `    redirectUris: [https://${id}.example.org/]`,
    ...lines.map(each => `    ${each}`),
  ].join('\n')
const fileOf = (...entries: string[]) => `clients:\n${entries.join('\n')}\n`

describe('a start of the server', () => {
  test('creates the clients that are missing, and reports counts, unknown roles and what differs without changing it', {
    timeout: 60_000,
  }, async () => {
    const { stdout: hashed } = await client('hash-secret')
    const [, secret = '', hash] = /^secret: (\S+)\nsecretHash: (\S+)\n$/.exec(hashed) ?? []
    await client('create', '--id', 'changed', '--name', 'Old', '--redirect-uri', 'https://changed.example.org/')
    await write(
      `${fileOf(
        entry('new', [`secretHash: ${hash}`, 'skipConsent: true']),
        entry('changed', ['secondFactor: true']),
        entry('waiting', ['roles: [later]']),
      )}hosts:\n  - { origin: "http://metrics.localhost", roles: [editer, admin] }\n`,
    )
    const child = await startChild({
      ...settingsOf(server),
      OPENID_PROVIDER: 'true',
      FORWARD_AUTH: 'true',
      TRUST_PROXY: '127.0.0.1',
      CLIENTS_FILE: file,
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'pretty',
      NODE_ENV: 'test',
    })
    try {
      await child.printed(/created from CLIENTS_FILE.*client="?new/)
      await child.printed(/differs from CLIENTS_FILE.*client="?changed"? fields="name, secondFactor"/)
      await child.printed(/cannot be created.*client="?waiting"?.*There is no role later/)
      await child.printed(/Listening on/)
      await child.printed(/OpenID issuer: \S+\/oidc \(clients: 2\)/)
      await child.printed(/Forward auth is on \(hosts: 1\)/)
      await child.printed(/names roles that do not exist.*roles="?editer, later"?/)
    } finally {
      await child.close()
    }
    expect(await clientById('new')).toMatchObject({ name: 'Wiki', skipConsent: true, secondFactor: false })
    expect(await isSecretValid('new', secret)).toBe(true)
    expect(await clientById('changed')).toMatchObject({ name: 'Old', secondFactor: false })
    expect(await findClient('waiting')).toBeNull()
    const [{ details = '' } = {}] = await server.rows<{ details: string }>(
      `SELECT "details" FROM "AuditEvents" WHERE "event" = 'client_created' AND "details" LIKE '%"new"%'`,
    )
    expect(JSON.parse(details)).toEqual({ client: 'new', by: 'file' })
  })

  test('is refused for a file with a fault', async () => {
    await write(fileOf(entry('wiki', ['secret: x'])))
    const child = await startChild({
      ...settingsOf(server),
      NODE_ENV: 'test',
      OPENID_PROVIDER: 'true',
      CLIENTS_FILE: file,
    })
    expect(await child.exited).toBe(1)
    expect(child.output.stderr).toMatch(/^error: .*clients\.yaml, client wiki: Unrecognized key: "secret"\n$/)
    await child.close()
  })
})

describe('client check-file and apply-file', () => {
  test('show each difference, and write it only when told to', async () => {
    const hash = 'a'.repeat(64)
    const create = ['create', '--name', 'Wiki', '--redirect-uri', 'https://b.example.org/']
    for (const id of ['b', 'outside']) await client(...create, '--id', id)
    await write(fileOf(entry('a'), entry('b', ['roles: [user, admin]', `secretHash: ${hash}`])))
    const rows = [
      /^CLIENT +FIELD +FILE +DATABASE$/,
      /^a +- +present +absent$/,
      /^b +roles +\["user","admin"\] +null$/,
      /^b +secretHash +"a{64}" +-$/,
    ].map(row => expect.stringMatching(row))
    const checked = await client('check-file')
    expect(checked).toMatchObject({ code: 1, stderr: expect.stringContaining('Clients that differ: 2.') })
    expect(checked.stdout.split('\n')).toEqual([...rows, ''])

    expect(await client('apply-file', '--all')).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') })
    expect((await client('check-file')).stdout).toBe(checked.stdout)
    expect((await client('apply-file', 'b', '--yes')).stdout).toContain('applied b\n')
    expect(await clientById('b')).toMatchObject({ roles: ['user', 'admin'] })
    expect(await findClient('a')).toBeNull()
    expect(await client('apply-file', '--all', '--yes')).toMatchObject({ code: 0 })
    const same = { code: 0, stdout: 'no differences; clients in the file: 2\n', stderr: '' }
    expect(await client('check-file')).toEqual(same)
    expect(await client('apply-file', '--all', '--yes')).toMatchObject({ code: 0, stdout: 'nothing to change\n' })
    expect(await findClient('outside')).not.toBeNull()
  })

  test('name the place of every fault, and write nothing', async () => {
    await write(
      fileOf(
        entry('a', ['scopes: [admin]']),
        entry('a'),
        '  - name: X',
        entry('c', ['authMethod: none', `secretHash: ${'a'.repeat(64)}`]),
      ),
    )
    const { code, stdout, stderr } = await client('apply-file', '--all', '--yes')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/clients\.yaml, client a\/scopes\/0: /),
      expect.stringMatching(/clients\.yaml, client 3\/id: /),
      expect.stringMatching(/clients\.yaml, client c\/secretHash: none uses no secret\./),
    ])
    await write(fileOf(entry('a'), entry('a')))
    expect(await client('check-file')).toEqual(refusal('client a: this ID is there twice'))
  })

  test.each([
    ['an unknown key', 'client: []\n', 'clients.yaml, line 1: unknown key "client"'],
    ['no YAML', 'clients:\n  - id: [\n', 'clients.yaml, line 3: '],
    ['a key that is there twice', 'clients:\n  - id: a\n    id: b\n', 'clients.yaml, line 3: '],
    ['no list', 'clients: {}\n', 'clients is not a list'],
    ['no mapping', '- id: a\n', 'no top-level keys'],
  ])('%s is a fault with its line', async (_title, yaml, words) => {
    await write(yaml)
    expect(await client('check-file')).toEqual(refusal(words))
  })

  test('without a file there is nothing to compare', async () => {
    await rm(file, { force: true })
    expect(await client('check-file')).toMatchObject({ code: 0, stdout: 'no differences; clients in the file: 0\n' })
    expect(await client('apply-file')).toEqual(refusal('Name clients of the file, or write --all'))
    expect(await client('apply-file', 'x')).toEqual(refusal('Not in the file: x'))
  })
})

test('the example of docs/clients.md is read, and its table names every field', async () => {
  const page = await readFile(path.join(import.meta.dirname, '../../docs/clients.md'), 'utf8')
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
  await write(example)
  const env = { BASE_URL: 'https://login.example.org', TOKEN_AUDIENCE: 'https://login.example.org/api' }
  const clients = readFileClients({ ...env, CLIENTS_FILE: file })
  expect(clients.length).toBeGreaterThan(1)
  const documented = [...page.matchAll(/^\| `(\w+)` /gm)].map(([, field]) => field)
  expect(documented.sort()).toEqual([...Object.keys(NewClientSchema.shape), 'secretHash'].sort())
})
