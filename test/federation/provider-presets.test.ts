import { generateKeyPairSync } from 'node:crypto'
import { text as textOf } from 'node:stream/consumers'
import { jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startAmongLiars } from '../support/federation.ts'
import type { LyingProvider } from '../support/lying-provider.ts'
import { serve } from '../support/plain-server.ts'
import { Surfer } from '../support/surfer.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const APPLE_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().replaceAll('\n', '\\n')

type Address = { email: string; primary: boolean; verified: boolean }

/** GitHub, as far as Latchkey speaks to it. */
const github = {
  user: {} as unknown,
  emails: [] as unknown,
  asked: [] as string[],
  verifiers: [] as (string | null)[],
}

let it: Awaited<ReturnType<typeof startAmongLiars<'apple' | 'microsoft'>>>
let apple: LyingProvider
let microsoft: LyingProvider
beforeAll(async () => {
  it = await startAmongLiars(['apple', 'microsoft'], {
    OIDC_GITHUB_ISSUER: await serveGithub(),
    OIDC_GITHUB_CLIENT_ID: 'latchkey',
    OIDC_GITHUB_CLIENT_SECRET: 'a secret of GitHub',
    OIDC_APPLE_CLIENT_SECRET: undefined,
    OIDC_APPLE_TEAM_ID: 'TEAM',
    OIDC_APPLE_KEY_ID: 'KEY',
    OIDC_APPLE_PRIVATE_KEY: APPLE_KEY,
    OIDC_MICROSOFT_TENANTS: 'tenant-1,tenant-2',
  })
  apple = it.providers.apple
  microsoft = it.providers.microsoft
})
afterAll(() => it?.close())

let number = 0
beforeEach(() => {
  number++
  const person = { sub: `sub-${number}`, email: `person${number}@example.org`, name: 'Ada' }
  apple.become({ ...person, email_verified: 'true' })
  microsoft.become({ ...person, tid: 'tenant-1', email_verified: true })
  github.user = { id: 1000 + number, login: `ada${number}`, name: 'Ada' }
  github.emails = []
})

async function serveGithub() {
  return await serve(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://github')
    github.asked.push(`${request.method} ${pathname} ${request.headers.authorization ?? ''}`.trim())
    if (pathname === '/login/oauth/authorize')
      return void response.writeHead(302, { location: backFrom(searchParams) }).end()
    const body = pathname === '/login/oauth/access_token' ? redeem(await textOf(request)) : answerAt(pathname)
    const json = typeof body === 'string' ? body : JSON.stringify(body)
    response.writeHead(200, { 'content-type': 'application/json' }).end(json)
  })
}

function backFrom(asked: URLSearchParams) {
  const back = new URL(asked.get('redirect_uri') ?? '')
  back.searchParams.set('code', 'a-code')
  back.searchParams.set('state', asked.get('state') ?? '')
  return back.href
}

function redeem(form: string) {
  const body = new URLSearchParams(form)
  github.verifiers.push(body.get('code_verifier'))
  const isRight = body.get('client_secret') === 'a secret of GitHub' && body.get('code') === 'a-code'
  if (!isRight) return { error: 'bad_verification_code' }
  return { access_token: 'gho_token', token_type: 'bearer', scope: 'read:user,user:email' }
}

function answerAt(pathname: string): unknown {
  return pathname === '/api/v3/user' ? github.user : github.emails
}

describe('GitHub', () => {
  const address = (name: string, primary: boolean, verified: boolean): Address => ({
    email: `${name}${number}@example.org`,
    primary,
    verified,
  })

  test('signs in with the primary address, if it is verified', async () => {
    github.emails = [address('other', false, true), address('primary', true, true)]
    const { who } = await it.signInWith(new Surfer(), 'github')
    expect(who?.user).toMatchObject({ email: `primary${number}@example.org`, emailVerified: true, name: 'Ada' })
    expect(github.asked).toContain('GET /api/v3/user Bearer gho_token')
    expect(github.verifiers.at(-1)).toMatch(/^[\w-]{43}$/)
  })

  test('takes another verified address, rather than a primary one that is not', async () => {
    github.emails = [address('primary', true, false), address('other', false, true)]
    const { who } = await it.signInWith(new Surfer(), 'github')
    expect(who?.user.email).toBe(`other${number}@example.org`)
  })

  test('takes no address that is not verified', async () => {
    github.emails = [address('primary', true, false)]
    const { who } = await it.signInWith(new Surfer(), 'github')
    expect(who?.user).toMatchObject({ email: null, emailVerified: false })
  })

  test('knows the person by the number, not by the name', async () => {
    const first = await it.signInWith(new Surfer(), 'github')
    github.user = { id: 1000 + number, login: 'renamed', name: 'Renamed' }
    expect((await it.signInWith(new Surfer(), 'github')).who?.user.id).toBe(first.who?.user.id)
    github.user = { id: 999_000 + number, login: `ada${number}`, name: 'Ada' }
    expect((await it.signInWith(new Surfer(), 'github')).who?.user.id).not.toBe(first.who?.user.id)
  })

  test.each([
    ['without a user', () => ({}), () => []],
    ['with a name instead of a number', () => ({ id: 'ada' }), () => []],
    ['with a number that is none', () => ({ id: 1.5 }), () => []],
    ['with null', () => null, () => []],
    ['that is no JSON', () => 'hello', () => []],
    ['without a list of addresses', () => github.user, () => ({ message: 'Not Found' })],
    ['with addresses of another form', () => github.user, () => [{ email: 'ada@example.org', verified: 'true' }]],
    ['with addresses that are no JSON', () => github.user, () => 'hello'],
  ])('%s is refused', async (_, user, emails) => {
    Object.assign(github, { user: user(), emails: emails() })
    const { page, who } = await it.signInWith(new Surfer(), 'github')
    expect([page, who]).toEqual(['/sign-in?problem=provider_refused&provider=github', undefined])
  })
})

describe('Apple', () => {
  test('posts the answer as a form from another site, which a GET then brings', async () => {
    const surfer = new Surfer()
    const { at } = await surfer.go(`${it.server.url}/auth/oidc/apple`, next => next.pathname.endsWith('/callback'))
    expect(apple.authorizations.at(-1)?.get('response_mode')).toBe('form_post')
    const form = new URLSearchParams([...at.searchParams, ['user', '{"name":{"firstName":"Mallory"}}']])
    const posted = await fetch(new URL(at.pathname, at), {
      method: 'POST',
      body: form,
      redirect: 'manual',
      headers: { origin: 'https://appleid.apple.com', 'sec-fetch-site': 'cross-site' },
    })
    const location = posted.headers.get('location') ?? ''
    expect([posted.status, location.split('?')[0]]).toEqual([303, at.origin + at.pathname])
    expect(posted.headers.getSetCookie()).toEqual([])
    await surfer.go(location)
    expect((await it.whoIs(surfer))?.user).toMatchObject({ email: apple.person.email, emailVerified: true })
  })

  test('gets a client secret that the key signed, for five minutes', async () => {
    await it.signInWith(new Surfer(), 'apple')
    const { client_secret: secret } = apple.redemptions.at(-1) ?? {}
    const expected = { issuer: 'TEAM', subject: 'latchkey', audience: apple.url, algorithms: ['ES256'] }
    const { protectedHeader, payload } = await jwtVerify(String(secret), publicKey, expected)
    expect(protectedHeader.kid).toBe('KEY')
    expect(Number(payload.exp) - Number(payload.iat)).toBe(300)
  })
})

describe('Microsoft', () => {
  test('verifies no address, whatever its token says', async () => {
    const { page, who } = await it.signInWith(new Surfer(), 'microsoft')
    expect([page, who]).toEqual(['/sign-in?problem=identity_undecided&provider=microsoft', undefined])
  })

  test.each([
    { tid: 'tenant-3' },
    { tid: 'TENANT-1' },
    { tid: 'tenant-1,tenant-2' },
    { tid: ['tenant-1'] },
    { tid: undefined },
  ])('lets no tenant in but those of the list: %j', async ({ tid }) => {
    microsoft.person.tid = tid
    expect((await it.signInWith(new Surfer(), 'microsoft')).page).toBe(
      '/sign-in?problem=provider_refused&provider=microsoft',
    )
  })
})
