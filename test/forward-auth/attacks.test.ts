import { SignJWT } from 'jose'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { seconds } from '../../src/durations.ts'
import { asBearer, makeAdmin } from '../support/bearer.ts'
import { expectProblem } from '../support/expect-problem.ts'
import {
  askAbout,
  central,
  FAR,
  LOGIN,
  METRICS,
  onHost,
  openApplication,
  registerAndSignIn,
  signInAt,
  startForward,
  visit,
  WIKI,
} from '../support/forward.ts'
import { BOB, type TestServer } from '../support/harness.ts'
import { head, sendRaw } from '../support/raw-http.ts'

const NAME = '__Host-latchkey.application'

let server: TestServer
let session = ''
let cookie = ''
beforeAll(async () => {
  server = await startForward()
  session = await registerAndSignIn(server)
  cookie = (await openApplication(server, METRICS, session)).cookie
  await registerAndSignIn(server, BOB)
  await makeAdmin(BOB)
})
afterAll(() => server.close())

const signedIn = () => ({ Cookie: cookie })
function refused(answer: supertest.Response, code: Parameters<typeof expectProblem>[2]) {
  expectProblem(answer, 403, code)
  for (const name of ['remote-user', 'latchkey-assertion', 'set-cookie']) expect(answer.headers[name]).toBeUndefined()
}

test('what the attacks below spoil is let through', async () => {
  await askAbout(server, `${METRICS}/graph`, signedIn()).expect(200)
})

describe('headers that a visitor adds', () => {
  test.each([
    { 'X-Original-URL': `${METRICS}/healthz` },
    { 'X-Original-Method': 'GET' },
    { 'X-Original-URL': `${METRICS}/graph`, 'X-Original-Method': 'GET' },
    { 'X-Original-URL': '' },
  ])('of the other family are refused: %j', async headers => {
    refused(await askAbout(server, `${METRICS}/graph`, { ...signedIn(), ...headers }), 'ambiguous_request')
  })

  test.each(['X-Forwarded-Uri: /healthz', 'X-Forwarded-Host: metrics.example.org', 'X-Forwarded-Method: GET'])(
    'beside X-Original-* are refused: %s',
    async line => {
      const lines = [`X-Original-URL: ${METRICS}/graph`, 'X-Original-Method: GET', 'X-Forwarded-Proto: https']
      const ask = (...more: string[]) =>
        sendRaw(server.port, head('GET', '/auth/forward', ...lines, `Cookie: ${cookie}`, ...more))
      expect((await ask()).status).toBe(200)
      expect(await ask(line)).toMatchObject({ status: 403, body: { code: 'ambiguous_request' } })
    },
  )

  test('twice are refused, whichever comes first', async () => {
    const lines = ['X-Forwarded-Method: GET', 'X-Forwarded-Proto: https', 'X-Forwarded-Host: metrics.example.org']
    for (const uris of [
      ['/healthz', '/graph'],
      ['/graph', '/healthz'],
    ]) {
      const both = uris.map(uri => `X-Forwarded-Uri: ${uri}`)
      const answer = await sendRaw(server.port, head('GET', '/auth/forward', ...lines, ...both))
      expect(answer).toMatchObject({ status: 403, body: { code: 'ambiguous_request' } })
    }
  })

  test('of the answer change nothing about it', async () => {
    const spoofed = { 'Remote-User': 'root', 'Remote-Groups': 'admin', 'Latchkey-Assertion': 'eyJ.e30.x' }
    const { headers } = await askAbout(server, `${METRICS}/graph`, { ...signedIn(), ...spoofed }).expect(200)
    expect(headers['remote-groups']).toBe('user')
    const open = await askAbout(server, `${METRICS}/healthz`, spoofed).expect(200)
    expect(open.headers['remote-user']).toBe('')
  })

  test.each(['X-Forwarded-Method', 'X-Forwarded-Host', 'X-Forwarded-Uri'])('%s must be there', async name => {
    refused(await askAbout(server, `${METRICS}/graph`, { ...signedIn(), [name]: '' }), 'ambiguous_request')
  })
})

describe('who asks', () => {
  test('a visitor at the host of the login server may not', async () => {
    const host = new URL(LOGIN).host
    refused(await askAbout(server, `${METRICS}/graph`, { ...signedIn(), Host: host }), 'proxy_not_trusted')
  })
})

describe('which host is meant', () => {
  test.each([
    'https://unknown.example.org/',
    'https://metrics.example.org.evil.example/',
    'https://evil-metrics.example.org/',
    'https://metrics.example.org:8443/',
    'https://wiki.example.org/',
    'https://login.example.org/account',
    'https://127.0.0.1/',
  ])('%s is no application', async url => {
    refused(await askAbout(server, url, signedIn()), 'unknown_application')
  })

  test.each([
    'metrics.example.org, evil.example',
    'metrics.example.org.',
    'metrics.example.org@evil.example',
    'metrics.example.org/',
    'metrics.example.org:443:443',
    'metrics.example.org#',
    'metrics_example.org',
    '[::1',
  ])('%s is no host, or another one', async host => {
    const answer = await askAbout(server, `${METRICS}/graph`, { ...signedIn(), 'X-Forwarded-Host': host })
    expect(answer.status).toBe(403)
    expect(answer.headers['remote-user']).toBeUndefined()
  })

  test('the same host over http is another application, which is not there', async () => {
    const answer = await askAbout(server, `${METRICS}/graph`, { ...signedIn(), 'X-Forwarded-Proto': 'http' })
    expectProblem(answer, 400, 'insecure_transport')
  })

  test('upper case and the usual port are the same host', async () => {
    for (const host of ['METRICS.example.org', 'metrics.example.org:443'])
      await askAbout(server, `${METRICS}/graph`, { ...signedIn(), 'X-Forwarded-Host': host }).expect(200)
  })
})

describe('paths that programs read differently', () => {
  test.each([
    '//admin',
    '/healthz//..//admin',
    '/healthz/../admin',
    '/healthz/./../admin',
    '/healthz/%2e%2e/admin',
    '/healthz/.%2E/admin',
    '/assets/..%2fadmin',
    '/assets%2f..%2fadmin',
    '/assets/..\\admin',
    '/assets/%5c..%5cadmin',
    '/assets/..;/admin',
    '/healthz;/../admin',
    '/healthz%3b',
    '/admin%00',
    '/admin%0a',
    '/%2561dmin',
    '/assets/%252e%252e/admin',
    '/admin%',
    '/admin%zz',
    '/admin%ff',
    '/admin#/healthz',
    '/ADMIN',
    '/Admin/tsdb',
    'admin',
    '*',
    'http://evil.example/healthz',
    '',
  ])('%j', async uri => {
    for (const headers of [{}, signedIn()]) {
      const answer = await askAbout(server, METRICS, {
        ...headers,
        'X-Forwarded-Uri': encodeURI(uri).replaceAll('%25', '%'),
      })
      refused(answer, 'ambiguous_request')
    }
  })

  test.each(['/%61dmin', '/%41dmin', '/admin/', '/admin?x=//;..', '/admin%20', '/admin/%20'])(
    '%s is still not open to a user without the role',
    async uri => {
      const answer = await askAbout(server, METRICS, { ...signedIn(), 'X-Forwarded-Uri': uri })
      // A space at the end is another path, which only the rules of the host can judge.
      expect(answer.status).toBe(uri.startsWith('/admin%20') ? 200 : 403)
    },
  )

  test.each(['/healthz/admin', '/healthzz', '/assetsx', '/x/assets/app.js', '/?/healthz', '/graph?/assets/'])(
    '%s is no public path',
    async uri => {
      await askAbout(server, METRICS, { 'X-Forwarded-Uri': uri }).expect(401)
    },
  )

  test('a path of 9000 characters is refused', async () => {
    refused(
      await askAbout(server, METRICS, { ...signedIn(), 'X-Forwarded-Uri': `/${'x'.repeat(9000)}` }),
      'ambiguous_request',
    )
  })

  test('the proxy that forgets to pass /.latchkey/ on gives no code to the application', async () => {
    refused(await askAbout(server, `${METRICS}/.latchkey/callback?code=x`, signedIn()), 'application_refused')
  })
})

describe('methods', () => {
  test.each(['TRACE', 'CONNECT', 'get', 'GET POST', 'G\tT'])('%j is refused', async method => {
    refused(await askAbout(server, `${METRICS}/healthz`, { 'X-Forwarded-Method': method }), 'ambiguous_request')
  })

  test.each(['OPTIONS', 'HEAD', 'DELETE', 'PROPFIND'])('%s needs a sign-in like any other', async method => {
    await askAbout(server, `${METRICS}/graph`, {}, { method }).expect(401)
  })

  test('a rule for GET does not open POST', async () => {
    await askAbout(server, `${METRICS}/assets/app.js`, {}, { method: 'POST' }).expect(401)
  })
})

describe('what another site causes', () => {
  const SOCKET = { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' }
  test.each([
    ['POST', { 'Sec-Fetch-Site': 'same-site', Origin: WIKI }],
    ['POST', { 'Sec-Fetch-Site': 'cross-site' }],
    ['DELETE', { Origin: 'https://evil.example' }],
    ['POST', { Origin: 'null' }],
    ['POST', {}],
    ['GET', { ...SOCKET, Origin: WIKI }],
    ['GET', { ...SOCKET }],
    ['GET', { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', Origin: 'https://evil.example' }],
  ])('%s %j', async (method, headers) => {
    refused(
      await askAbout(server, `${METRICS}/graph`, { ...signedIn(), ...headers }, { method }),
      'application_refused',
    )
  })

  test('is told from what the application itself causes', async () => {
    const own = { ...signedIn(), Origin: METRICS }
    await askAbout(server, `${METRICS}/graph`, { ...own, 'Sec-Fetch-Site': 'same-origin' }, { method: 'POST' }).expect(
      200,
    )
    await askAbout(server, `${METRICS}/graph`, own, { method: 'POST' }).expect(200)
    const noReferrer = { ...signedIn(), Origin: 'null', 'Sec-Fetch-Site': 'same-origin' }
    await askAbout(server, `${METRICS}/graph`, noReferrer, { method: 'POST' }).expect(200)
    await askAbout(server, `${METRICS}/live`, { ...own, ...SOCKET }).expect(200)
    await askAbout(server, `${METRICS}/graph`, { ...signedIn(), 'Sec-Fetch-Site': 'cross-site' }).expect(200)
  })
})

describe('cookies', () => {
  const value = () => cookie.slice(`${NAME}=`.length)

  test('the one of a host opens no other host', async () => {
    for (const origin of [WIKI, FAR]) await askAbout(server, `${origin}/`, signedIn()).expect(401)
  })

  test.each(['A', '', 'v1', 'v1.x.y', 'v2'])('a changed one opens nothing: %j', async start => {
    await askAbout(server, `${METRICS}/`, { Cookie: `${NAME}=${start}${value().slice(3)}` }).expect(401)
  })

  test('one sealed for something else opens nothing', async () => {
    const other = server.deps.sealer.seal('{"sessionId":"x","expires":9e15}', 'totp:x')
    await askAbout(server, `${METRICS}/`, { Cookie: `${NAME}=${other}` }).expect(401)
  })

  test('without the prefix opens nothing, and twice is refused', async () => {
    await askAbout(server, `${METRICS}/`, { Cookie: `latchkey.application=${value()}` }).expect(401)
    const twice = { Cookie: `${NAME}=x; ${NAME}=${value()}` }
    expectProblem(await askAbout(server, `${METRICS}/`, twice), 400, 'duplicate_cookie')
  })

  test('the one of an application opens nothing at the login server', async () => {
    await central(server, 'get', '/auth/session', `__Host-connect.sid=${value()}`).expect(401)
  })
})

describe('codes', () => {
  const fail = (answer: supertest.Response) => refused(answer, 'application_sign_in_failed')

  test('count once', async () => {
    const { mark, callback } = await visit(server, METRICS, session)
    await onHost(server, callback, { Cookie: mark }).expect(303)
    fail(await onHost(server, callback, { Cookie: mark }))
  })

  test('count once of many at the same time', async () => {
    const { mark, callback } = await visit(server, METRICS, session)
    const answers = await Promise.all(Array.from({ length: 8 }, () => onHost(server, callback, { Cookie: mark })))
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
  })

  test('count on their host only, and are used up by an attempt elsewhere', async () => {
    const { mark, callback } = await visit(server, METRICS, session)
    const code = new URL(callback).search
    fail(await onHost(server, `${FAR}/.latchkey/callback${code}`, { Cookie: mark }))
    fail(await onHost(server, callback, { Cookie: mark }))
  })

  test('count in their browser only: nobody is signed in to the account of another (login CSRF)', async () => {
    const attacker = await visit(server, METRICS, session)
    const victim = await visit(server, METRICS, await signInAt(server, BOB))
    fail(await onHost(server, attacker.callback, { Cookie: victim.mark }))
    fail(await onHost(server, victim.callback))
  })

  test('are used up by a browser without the cookie, which shows that somebody else has the address', async () => {
    const { mark, callback } = await visit(server, METRICS, session)
    fail(await onHost(server, callback))
    fail(await onHost(server, callback, { Cookie: mark }))
  })

  test('count for 30 seconds', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const { mark, callback } = await visit(server, METRICS, session)
      vi.setSystemTime(Date.now() + seconds(31))
      fail(await onHost(server, callback, { Cookie: mark }))
    } finally {
      vi.useRealTimers()
    }
  })

  test('that are made up are refused', async () => {
    fail(await onHost(server, `${METRICS}/.latchkey/callback?code=${'x'.repeat(43)}`))
  })

  test('are stored only as a hash', async () => {
    const { callback } = await visit(server, METRICS, session)
    const rows = JSON.stringify(await server.rows('SELECT * FROM "ApplicationCodes"'))
    expect(rows).not.toContain(new URL(callback).searchParams.get('code'))
  })
})

describe('where a browser is sent', () => {
  test.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/a\\b', '/\u0000', '/%0d%0a\r\nx', ''])(
    'is never %j',
    async to => {
      const query = new URLSearchParams({ to })
      await onHost(server, `${METRICS}/.latchkey/start?${query}`).expect(422)
      const rest = new URLSearchParams({ origin: METRICS, browser: 'a'.repeat(64), to })
      await central(server, 'get', `/auth/forward/sign-in?${rest}`, session).expect(422)
    },
  )

  test.each(['https://evil.example', `${METRICS}.evil.example`, `${METRICS}/`, `${METRICS}@evil.example`, LOGIN])(
    'is never at %s',
    async origin => {
      const query = new URLSearchParams({ origin, browser: 'a'.repeat(64), to: '/' })
      const answer = await central(server, 'get', `/auth/forward/sign-in?${query}`, session)
      expectProblem(answer, 403, 'unknown_application')
    },
  )

  test('is not chosen by the visitor of an unknown host', async () => {
    refused(await onHost(server, 'https://evil.example/.latchkey/start'), 'unknown_application')
    const two = { 'X-Forwarded-Host': 'metrics.example.org, evil.example' }
    refused(await onHost(server, `${METRICS}/.latchkey/start`, two), 'unknown_application')
  })

  test('stays the same if the visitor adds `answer`, which the proxy alone may set', async () => {
    const page = { 'Sec-Fetch-Mode': 'navigate' }
    await askAbout(server, `${METRICS}/?answer=redirect`, page).expect(401)
    await askAbout(server, `${METRICS}/`, page, { query: '?answer=https://evil.example' }).expect(422)
  })
})

describe('sign-out', () => {
  const out = (headers: Record<string, string>) =>
    onHost(server, `${METRICS}/.latchkey/sign-out`, { ...signedIn(), ...headers }, 'post')

  test.each([
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { Origin: WIKI },
    { Origin: 'null' },
  ])('is not caused by another site: %j', async headers => {
    refused(await out(headers), 'cross_site_request')
    await askAbout(server, `${METRICS}/`, signedIn()).expect(200)
  })

  test('is not caused by a link', async () => {
    await onHost(server, `${METRICS}/.latchkey/sign-out`, signedIn()).expect(200)
    await askAbout(server, `${METRICS}/`, signedIn()).expect(200)
  })

  test('with the cookie of another host ends nothing', async () => {
    const { cookie: far } = await openApplication(server, FAR, session)
    await onHost(server, `${METRICS}/.latchkey/sign-out`, { Cookie: far }, 'post').expect(303)
    await askAbout(server, `${METRICS}/`, signedIn()).expect(200)
  })
})

describe('tokens', () => {
  test('an assertion is no access token, and an access token no assertion', async () => {
    const { headers } = await askAbout(server, `${METRICS}/`, signedIn()).expect(200)
    const assertion = headers['latchkey-assertion'] ?? ''
    const api = supertest(server.url).get('/api/v1/me').set('X-Forwarded-Proto', 'https').set(asBearer(assertion))
    expectProblem(await api, 401, 'invalid_token')
    expectProblem(await askAbout(server, `${METRICS}/api/x`, asBearer(assertion)), 401, 'invalid_token')
    const { body } = await central(server, 'post', '/auth/token', session).expect(200)
    expect(JSON.parse(Buffer.from(body.access_token.split('.')[0], 'base64url').toString()).typ).toBe('at+jwt')
  })

  test('an access token opens with its permission only, and one that somebody signed nothing', async () => {
    const { body: plain } = await central(server, 'post', '/auth/token', session).expect(200)
    expectProblem(await askAbout(server, `${METRICS}/api/x`, asBearer(plain.access_token)), 403, 'forbidden')
    const { body: admin } = await central(server, 'post', '/auth/token', await signInAt(server, BOB)).expect(200)
    await askAbout(server, `${METRICS}/api/x`, asBearer(admin.access_token)).expect(200)
    const forged = await new SignJWT({ permissions: ['metrics:read'] })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .sign(new TextEncoder().encode('a secret of the attacker, long enough'))
    expectProblem(await askAbout(server, `${METRICS}/api/x`, asBearer(forged)), 401, 'invalid_token')
  })

  test('a bad token is not made up for by a cookie, and another scheme is left to the application', async () => {
    expectProblem(await askAbout(server, `${METRICS}/api/x`, { ...signedIn(), ...asBearer('x') }), 401, 'invalid_token')
    const basic = { ...signedIn(), Authorization: 'Basic YTpi' }
    await askAbout(server, `${METRICS}/api/x`, basic).expect(200)
  })
})

describe('another server on the same database, last because the models go with it', () => {
  test('a machine that is no trusted proxy may not, nor act for the host of an application', async () => {
    const settings = {
      BASE_URL: 'http://login.localhost:3000',
      TRUST_PROXY: '10.9.8.7',
      CLIENTS_FILE: server.env.CLIENTS_FILE,
    }
    const other = await startForward(settings, undefined, server.database)
    refused(await askAbout(other, `${METRICS}/graph`, signedIn()), 'proxy_not_trusted')
    for (const path of ['start', 'callback?code=x', 'sign-out'])
      refused(await onHost(other, `${METRICS}/.latchkey/${path}`), 'proxy_not_trusted')
    await other.close()
  })

  test('a session that is limited to enrolling a second factor opens nothing', async () => {
    const other = await startForward({ MFA_REQUIRED: 'all' }, undefined, server.database)
    await askAbout(other, `${METRICS}/`, signedIn()).expect(401)
    const { headers } = await central(
      other,
      'get',
      `/auth/forward/sign-in?${new URLSearchParams({ origin: METRICS, browser: 'a'.repeat(64), to: '/' })}`,
      session,
    ).expect(303)
    expect(headers.location).toBe('/account/security')
    await other.close()
  })
})
