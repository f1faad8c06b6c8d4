import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endpointsOf } from '../../src/app.ts'
import { startServer, type TestServer } from '../support/harness.ts'

const LINTER = createRequire(import.meta.url).resolve('@redocly/cli/bin/cli.js')
const BASE_URL = 'https://login.latchkey.dev'

type Problem = { ruleId: string; message: string; location: { pointer: string }[] }

let server: TestServer
let document: Record<string, never> & { paths: Record<string, Record<string, Operation>> }
type Operation = { security: object[]; responses: Record<string, { content?: Record<string, unknown> }> }
beforeAll(async () => {
  server = await startServer({ BASE_URL, TRUST_PROXY: '1' })
  document = (await supertest(server.url).get('/openapi.json').expect(200)).body
})
afterAll(() => server.close())

const REDIRECTS = ['/paths/~1auth~1oidc~1{provider}', '/paths/~1oidc~1session~1end', '/paths/~1oidc~1device']

/** What only ever sends a browser elsewhere has no 2xx. */
function isOfRedirect({ ruleId, location }: Problem) {
  const pointer = location[0]?.pointer ?? ''
  return ruleId === 'operation-2xx-response' && REDIRECTS.some(path => pointer.includes(path))
}

/** Redocly's recommended rules, offline. */
async function lint(): Promise<Problem[]> {
  const directory = await mkdtemp(path.join(tmpdir(), 'latchkey-openapi-'))
  await writeFile(path.join(directory, 'openapi.json'), JSON.stringify(document))
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [LINTER, 'lint', 'openapi.json', '--format=json', '--extends=recommended'],
    {
      cwd: directory,
      env: { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', HOME: directory },
    },
  ).catch(failure => failure)
  await rm(directory, { recursive: true })
  return JSON.parse(stdout).problems
}

describe('/openapi.json', () => {
  test('is valid OpenAPI 3.1 by Redocly’s linter, without a warning', async () => {
    expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: BASE_URL }] })
    const problems = (await lint()).filter(problem => !isOfRedirect(problem))
    expect(problems.map(({ ruleId, message, location }) => [ruleId, location[0]?.pointer, message])).toEqual([])
  })

  test('names the cookie as browsers get it, and which routes it opens', () => {
    expect(document).toMatchObject({
      components: { securitySchemes: { cookie: { type: 'apiKey', in: 'cookie', name: '__Host-connect.sid' } } },
    })
    expect(document.paths['/auth/profile']?.get?.security).toEqual([{ cookie: [] }])
    expect(document.paths['/api/v1/users']?.get?.security).toEqual([{ bearer: [] }])
    expect(document.paths['/auth/login']?.post?.security).toEqual([])
  })

  test('says of every refusal that it is problem details', () => {
    const wrong = Object.entries(document.paths).flatMap(([at, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.entries(responses)
          .filter(([status, { content }]) => Number(status) >= 400 && !content?.['application/problem+json'])
          .map(([status]) => `${method} ${at} ${status}`),
      ),
    )
    expect(wrong).toEqual([])
  })
})

describe('/docs', () => {
  test.each(['/docs', '/docs/'])(
    '%s has no inline script, style or handler, and all that it asks for is here',
    async at => {
      const { text } = await supertest(server.url).get(at).expect(200).expect('Content-Type', /html/)
      expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i)
      for (const [, attributes, inline] of text.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g))
        expect({ src: /src=/.test(attributes ?? ''), inline: inline?.trim() }).toEqual({ src: true, inline: '' })
      const asked = [...text.matchAll(/(?:src|href)=["']([^"']+)["']/g)].map(([, url]) => url ?? '')
      expect(asked.length).toBeGreaterThan(5)
      for (const url of asked) {
        expect(url).toMatch(/^\/[^/]/)
        await supertest(server.url).get(url).expect(200)
      }
    },
  )

  test('shows this very document, and sends the cookie along', async () => {
    const { text } = await supertest(server.url).get('/docs/swagger-ui-init.js').expect(200)
    expect(text).toContain('"withCredentials": true')
    expect(text).toContain('"swaggerUrl": "/openapi.json"')
  })

  test.each([
    'package.json',
    'index.html',
    'swagger-initializer.js',
    'swagger-ui.js.map',
    'swagger-ui-bundle.js.map',
    'LICENSE',
    '.',
    '..%2fpackage.json',
  ])('13.4.6 13.4.7 %s of the package is not served', async name => {
    await supertest(server.url).get(`/docs/${name}`).expect(404)
  })
})

test('13.4.5 switched off, neither page nor document is there', async () => {
  const hidden = await startServer({ OPENAPI_VISIBLE: 'false' }, server.database)
  for (const at of ['/docs', '/docs/', '/docs/swagger-ui.css', '/docs/swagger-ui-init.js', '/openapi.json'])
    await supertest(hidden.url).get(at).expect(404)
  await supertest(hidden.url).get('/').expect(200)
  await hidden.close()
})

test('offers a body that is accepted for every operation that takes one', () => {
  const { index, auth, api } = endpointsOf(server.deps)
  const bodies = [...index, ...auth, ...api].flatMap(({ method, path, request }) =>
    request?.body ? [{ operation: `${method} ${path}`, body: request.body }] : [],
  )
  expect(bodies.length).toBeGreaterThan(20)
  const refused = bodies.flatMap(({ operation, body }) => {
    const { error } = body.safeParse(body.meta()?.example)
    return error ? [`${operation}: ${error.message}`] : []
  })
  expect(refused).toEqual([])
})
