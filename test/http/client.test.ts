import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiClient, grant } from '../support/api-client.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'

const run = promisify(execFile)
const GENERATOR = path.join(path.dirname(createRequire(import.meta.url).resolve('swagger-typescript-api')), 'cli.mjs')
const COMPILER = path.resolve(import.meta.dirname, '../../node_modules/.bin/tsc')

let server: TestServer
let directory = ''
beforeAll(async () => {
  server = await startServer()
  await server.register()
  await grant(ADA, 'admin')
  directory = await mkdtemp(path.join(tmpdir(), 'latchkey-client-'))
  await writeFile(path.join(directory, 'openapi.json'), (await supertest(server.url).get('/openapi.json')).text)
  await run(process.execPath, [
    ...[GENERATOR, 'generate', '--path', path.join(directory, 'openapi.json'), '--output', directory],
    ...['--name', 'latchkey.ts', '--enum-style', 'union', '--silent'],
  ])
})
afterAll(async () => {
  await rm(directory, { recursive: true })
  await server.close()
})

type Answer<Data> = Promise<{ data: Data }>
type Generated = new (config: {
  baseUrl: string
  baseApiParams: { headers: Record<string, string> }
}) => {
  api: {
    getApiV1Me(): Answer<{ user: { email: string } }>
    getApiV1Users(query: { limit?: number }): Answer<{ items: { email: string }[] }>
  }
}

describe('the client that `npm run client` generates', () => {
  test('calls the API with a token', async () => {
    const { Api }: { Api: Generated } = await import(/* @vite-ignore */ path.join(directory, 'latchkey.ts'))
    const { authorization } = await apiClient(server, ADA)
    const { api } = new Api({ baseUrl: server.url, baseApiParams: { headers: { Authorization: authorization } } })
    expect((await api.getApiV1Me()).data.user.email).toBe(ADA.email)
    expect((await api.getApiV1Users({ limit: 10 })).data.items.map(({ email }) => email)).toEqual([ADA.email])
    await expect(api.getApiV1Users({ limit: 1000 })).rejects.toMatchObject({ status: 422 })
  })

  test.each([
    [
      'accepts what there is',
      'client.api.getApiV1Users({ limit: 1 }).then(({ data }) => data.items[0]?.email?.length)',
      'accepted',
    ],
    ['refuses a query field that there is not', 'client.api.getApiV1Users({ limti: 1 })', 'refused'],
    [
      'refuses a field of an answer that there is not',
      'client.api.getApiV1Me().then(({ data }) => data.user.passwordHash)',
      'refused',
    ],
  ])('is typed: the compiler %s', async (_what, use, verdict) => {
    const file = path.join(directory, 'use.ts')
    await writeFile(
      file,
      `import { Api } from './latchkey.ts'\nexport const client = new Api()\nexport const used = ${use}\n`,
    )
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--allowImportingTsExtensions', '--module', 'nodenext']
    const said = await run(COMPILER, [...options, '--ignoreConfig', file]).then(
      () => 'accepted',
      ({ stdout }: { stdout: string }) => (/use\.ts\(3,.*error TS/.test(stdout) ? 'refused' : stdout),
    )
    expect(said).toBe(verdict)
  })
})
