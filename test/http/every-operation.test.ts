import fc from 'fast-check'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { minutes, seconds } from '../../src/durations.ts'
import { apiClient, grant } from '../support/api-client.ts'
import { fromSchema, type Schema } from '../support/from-schema.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'

/** Inputs for each operation; `npm run test:model` takes more. */
const RUNS = Number(process.env.OPERATION_RUNS ?? 4)

type Parameter = { name: string; in: string; required?: boolean; schema: Schema }
type Operation = { parameters?: Parameter[]; requestBody?: { content: Record<string, { schema: Schema }> } }
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

let server: TestServer
let document: Document
let adminAuthorization = ''
let adaId = ''
beforeAll(async () => {
  server = await startServer({ HASH_QUEUE: '1000', BYPASS_AUTH: 'true', SIGN_IN_WITH: 'password,passkey,email' })
  await server.register()
  await server.register(BOB)
  await grant(BOB, 'admin')
  adaId = (await grant(ADA, 'user')).id
  adminAuthorization = (await apiClient(server, BOB)).authorization
  document = (await supertest(server.url).get('/openapi.json').expect(200)).body
})
afterAll(() => server.close())

/** A new session of Ada, who is registered again if an operation has deleted her. */
async function cookieOfAda() {
  const signIn = () => supertest(server.url).post('/auth/login').send({ email: ADA.email, password: ADA.password })
  let answer = await signIn()
  if (answer.status !== 200) {
    await supertest(server.url).post('/auth/register').send(ADA)
    answer = await signIn()
  }
  if (answer.status !== 200) return ''
  return ((answer.headers['set-cookie'] ?? []) as unknown as string[]).map(line => line.split(';', 1)[0]).join('; ')
}

const lookup = (ref: string) => document.components.schemas[ref.split('/').at(-1) ?? ''] ?? {}

type Input = { query: Record<string, unknown>; params: Record<string, unknown>; body: unknown }

/** Good and bad input for an operation; ids are those of somebody who exists about as often as not. */
function inputOf({ parameters = [], requestBody }: Operation): fc.Arbitrary<Input> {
  const of = (place: string) => parameters.filter(each => each.in === place)
  const ids = fc.oneof(fc.constant(adaId), fc.uuid(), fc.string({ minLength: 1, maxLength: 30 }))
  return fc.record({
    query: fc.record(Object.fromEntries(of('query').map(each => [each.name, fromSchema(each.schema, lookup)])), {
      requiredKeys: [],
    }),
    params: fc.record(
      Object.fromEntries(
        of('path').map(each => [each.name, each.name === 'name' ? fc.constantFrom('user', 'none') : ids]),
      ),
    ),
    body: requestBody
      ? fromSchema(requestBody.content['application/json']?.schema ?? {}, lookup)
      : fc.constant(undefined),
  })
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

function send(method: string, path: string, { query, params, body }: Input, cookie: string) {
  const filled = path.replaceAll(/{(\w+)}/g, (_, name: string) =>
    encodeURIComponent(textOf(params[name]).toWellFormed()),
  )
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, textOf(value)]),
  )
  const request = supertest(server.url)[method as 'get'](`${filled}?${search}`)
  if (path.startsWith('/api')) request.set('Authorization', adminAuthorization).set('If-Match', '*')
  else request.set('Cookie', cookie)
  return body === undefined ? request : request.type('json').send(JSON.stringify(body))
}

describe('every operation, driven with good and bad input', () => {
  test('answers what it declares, and never a 5xx', { timeout: minutes(1) + RUNS * seconds(20) }, async () => {
    let cookie = await cookieOfAda()
    for (const [path, operations] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(operations)) {
        await fc.assert(
          fc.asyncProperty(inputOf(operation), async input => {
            let { status } = await send(method, path, input, cookie)
            if (status === 401) {
              cookie = await cookieOfAda()
              status = (await send(method, path, input, cookie)).status
            }
            // What is declared is checked by test/support/contract.ts, after the test.
            expect({ method, path, status, failed: status >= 500 }).toMatchObject({ failed: false })
          }),
          { numRuns: RUNS, endOnFailure: true },
        )
      }
  })
})
