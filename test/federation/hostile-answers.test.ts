import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ProviderRequest } from '../../models/provider-request.ts'
import { startAmongLiars } from '../support/federation.ts'
import type { LyingProvider } from '../support/lying-provider.ts'
import { sendRaw } from '../support/raw-http.ts'
import { bodyOf, Surfer } from '../support/surfer.ts'

type Provider = 'corp' | 'other' | 'strict'

let it: Awaited<ReturnType<typeof startAmongLiars<Provider>>>
let corp: LyingProvider
beforeAll(async () => {
  it = await startAmongLiars(['corp', 'other', 'strict'])
  corp = it.providers.corp
})
afterAll(() => it?.close())

let number = 0
beforeEach(() => {
  number++
  const email = `person${number}@example.org`
  for (const [name, provider] of Object.entries(it.providers))
    provider.become({ sub: `${name}-${number}`, email, email_verified: true, name: 'Ada' })
})

/** Lets a browser come back from a provider, but not yet in. @returns where it would come in */
async function answerFor(surfer: Surfer, provider: Provider = 'corp') {
  const { at } = await surfer.go(`${it.server.url}/auth/oidc/${provider}`, next => next.pathname.endsWith('/callback'))
  return at
}

/** Brings an answer as a program. @returns status and code of a problem, and who is signed in then */
async function bring(surfer: Surfer, answer: URL) {
  const response = await surfer.ask(answer, { headers: { accept: 'application/json' } })
  const { code } = await bodyOf<{ code?: string }>(response)
  return { status: response.status, code, who: (await it.whoIs(surfer))?.user.email }
}

function changed(answer: URL, parameters: Record<string, string | undefined>) {
  const url = new URL(answer)
  for (const [name, value] of Object.entries(parameters))
    if (value === undefined) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  return url
}

function refused(code: string, status = 401) {
  return { status, code, who: undefined }
}

test('an honest answer signs in', async () => {
  const surfer = new Surfer()
  const answer = await answerFor(surfer)
  expect(await bring(surfer, answer)).toEqual({ status: 200, code: undefined, who: corp.person.email })
})

describe('10.1.2 10.2.1 state', () => {
  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['unknown', 'x'.repeat(43)],
    ['of 512 characters', 'x'.repeat(512)],
    ['with NUL', '\0'],
  ])('that is %s is refused', async (_, state) => {
    const surfer = new Surfer()
    const answer = await answerFor(surfer)
    expect(await bring(surfer, changed(answer, { state }))).toEqual(refused('provider_answer_unknown'))
  })

  test('3.5.1 of another browser is refused, and still counts in its own', async () => {
    const attacker = new Surfer()
    const answer = await answerFor(attacker)
    const victim = new Surfer()
    await answerFor(victim)
    expect(await bring(victim, answer)).toEqual(refused('provider_answer_foreign'))
    expect(await bring(new Surfer(), answer)).toEqual(refused('provider_answer_foreign'))
    expect((await bring(attacker, answer)).status).toBe(200)
  })

  test('counts once', async () => {
    const surfer = new Surfer()
    const answer = await answerFor(surfer)
    await bring(surfer, answer)
    await surfer.post(`${it.server.url}/auth/logout`)
    expect(await bring(surfer, answer)).toEqual(refused('provider_answer_used'))
  })

  test('counts once, even where the provider refused the code', async () => {
    const surfer = new Surfer()
    const answer = await answerFor(surfer)
    expect(await bring(surfer, changed(answer, { code: 'x' }))).toEqual(refused('provider_refused'))
    expect(await bring(surfer, answer)).toEqual(refused('provider_answer_used'))
  })

  test('counts for ten minutes', async () => {
    const surfer = new Surfer()
    const answer = await answerFor(surfer)
    const [newest] = await ProviderRequest.findAll({ order: [['expires', 'DESC']], limit: 1 })
    expect(Number(newest?.expires) - Date.now()).toBeLessThanOrEqual(600_000)
    await ProviderRequest.update({ expires: new Date() }, { where: { usedAt: null } })
    expect(await bring(surfer, answer)).toEqual(refused('provider_answer_expired'))
  })

  test('two tabs do not disturb one another', async () => {
    const surfer = new Surfer()
    const first = await answerFor(surfer)
    const second = await answerFor(surfer)
    expect((await bring(surfer, first)).status).toBe(200)
    expect((await bring(surfer, second)).status).toBe(200)
  })
})

describe('10.2.2 an answer of one provider', () => {
  test('is refused at the callback of another', async () => {
    const surfer = new Surfer()
    const answer = await answerFor(surfer)
    answer.pathname = '/auth/oidc/other/callback'
    expect(await bring(surfer, answer)).toEqual(refused('provider_answer_unknown'))
    expect(it.providers.other.redemptions).toEqual([])
  })

  test('is refused if it names another issuer', async () => {
    const surfer = new Surfer()
    const answer = await answerFor(surfer)
    const { url } = it.providers.other
    expect(await bring(surfer, changed(answer, { iss: url }))).toEqual(refused('provider_refused'))
  })

  test('is refused if it names no issuer, though its provider always does', async () => {
    const { strict } = it.providers
    strict.lies.metadata = body => Object.assign(body, { authorization_response_iss_parameter_supported: true })
    strict.lies.answer = url => url.searchParams.set('iss', strict.url)
    const surfer = new Surfer()
    expect((await bring(surfer, await answerFor(surfer, 'strict'))).status).toBe(200)
    const another = new Surfer()
    const answer = await answerFor(another, 'strict')
    expect(await bring(another, changed(answer, { iss: undefined }))).toEqual(refused('provider_refused'))
  })

  test('6.8.1 is not the user of the same subject at another', async () => {
    const first = await it.signInWith()
    it.providers.other.person = corp.person
    const second = await it.signInWith(new Surfer(), 'other')
    expect(first.who?.user.email).toBe(corp.person.email)
    expect([second.page, second.who]).toEqual(['/sign-in?problem=identity_undecided&provider=other', undefined])
  })
})

describe('an error of the provider', () => {
  test.each([
    ['access_denied', 'provider_cancelled', 401],
    ['login_required', 'provider_refused', 401],
    ['interaction_required', 'provider_refused', 401],
    ['invalid_scope', 'provider_refused', 401],
    ['made up', 'provider_refused', 401],
    ['server_error', 'provider_unavailable', 503],
    ['temporarily_unavailable', 'provider_unavailable', 503],
  ])('%s is told as %s', async (error, code, status) => {
    const surfer = new Surfer()
    const answer = await answerFor(surfer)
    expect(await bring(surfer, changed(answer, { code: undefined, error }))).toEqual(refused(code, status))
    expect(await bring(surfer, answer)).toEqual(refused('provider_answer_used'))
  })

  test('beside a code is an error', async () => {
    const surfer = new Surfer()
    const answer = await answerFor(surfer)
    expect(await bring(surfer, changed(answer, { error: 'access_denied' }))).toEqual(refused('provider_cancelled'))
    expect(corp.redemptions.map(({ code }) => code)).not.toContain(answer.searchParams.get('code'))
  })

  test('in the answer to nobody is no error of the provider', async () => {
    const answer = changed(await answerFor(new Surfer()), { error: 'access_denied' })
    expect(await bring(new Surfer(), answer)).toEqual(refused('provider_answer_foreign'))
  })
})

describe('an answer', () => {
  test('without a code is refused', async () => {
    const surfer = new Surfer()
    const answer = await answerFor(surfer)
    expect(await bring(surfer, changed(answer, { code: undefined }))).toEqual(refused('provider_refused'))
  })

  test.each(['state', 'code', 'iss', 'error'])('15.3.7 with two of %s is refused', async name => {
    const surfer = new Surfer()
    const answer = await answerFor(surfer)
    answer.searchParams.append(name, 'x')
    answer.searchParams.append(name, answer.searchParams.get(name) ?? '')
    expect(await bring(surfer, answer)).toEqual(refused('validation_failed', 422))
  })

  test.each(['id_token', 'token', 'response'])('of another flow, with %s, is refused', async name => {
    const surfer = new Surfer()
    const answer = await answerFor(surfer)
    expect(await bring(surfer, changed(answer, { [name]: 'x' }))).toEqual(refused('provider_refused'))
  })
})

describe('10.2.1 PKCE', () => {
  test('the challenge is the SHA-256 of the verifier, which is new each time', async () => {
    await it.signInWith()
    await it.signInWith()
    const verifiers = corp.redemptions.slice(-2).map(({ code_verifier }) => String(code_verifier))
    const challenges = corp.authorizations.slice(-2)
    expect(new Set(verifiers).size).toBe(2)
    expect(challenges.map(each => each.get('code_challenge_method'))).toEqual(['S256', 'S256'])
    expect(challenges.map(each => each.get('code_challenge'))).toEqual(
      verifiers.map(each => createHash('sha256').update(each).digest('base64url')),
    )
  })

  test('state, nonce and verifier are three secrets', async () => {
    await it.signInWith()
    const [asked] = corp.authorizations.slice(-1)
    const [redeemed] = corp.redemptions.slice(-1)
    const secrets = [asked?.get('state'), asked?.get('nonce'), redeemed?.code_verifier]
    expect(new Set(secrets).size).toBe(3)
    for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/)
  })

  test('a stolen code opens nothing in another sign-in, even if the provider repeats its nonce', async () => {
    const stolen = await answerFor(new Surfer())
    const thief = new Surfer()
    const answer = await answerFor(thief)
    const nonce = corp.authorizations.at(-1)?.get('nonce')
    corp.lies.claims = payload => Object.assign(payload, { nonce })
    const code = stolen.searchParams.get('code') ?? ''
    expect(await bring(thief, changed(answer, { code }))).toEqual(refused('provider_refused'))
  })

  test('a stolen code opens nothing at the provider without the verifier', async () => {
    const { searchParams } = await answerFor(new Surfer())
    const body = new URLSearchParams({ grant_type: 'authorization_code', code_verifier: 'x'.repeat(43) })
    body.set('code', searchParams.get('code') ?? '')
    expect((await fetch(`${corp.url}/token`, { method: 'POST', body })).status).toBe(400)
  })

  test('a code that was redeemed is refused with a new state', async () => {
    const surfer = new Surfer()
    const first = await answerFor(surfer)
    expect((await bring(surfer, first)).status).toBe(200)
    await surfer.post(`${it.server.url}/auth/logout`)
    const second = await answerFor(surfer)
    const code = first.searchParams.get('code') ?? ''
    expect(await bring(surfer, changed(second, { code }))).toEqual(refused('provider_refused'))
  })
})

describe('3.7.2 the way afterwards', () => {
  const ELSEWHERE = [
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    'evil.example',
    '',
    '/account\\..',
    '/\tevil',
    '/\n/evil.example',
    '/\0',
    '/\u0085',
    ' //evil.example',
    `/${'a'.repeat(2000)}`,
  ]

  test.each(ELSEWHERE)('does not lead to %j', async returnTo => {
    const url = `${it.server.url}/auth/oidc/corp?${new URLSearchParams({ returnTo })}`
    const response = await new Surfer().ask(url)
    expect([response.status, response.headers.get('location')]).toEqual([422, null])
  })

  test('leads to one path of this site, not to two', async () => {
    const response = await new Surfer().ask(`${it.server.url}/auth/oidc/corp?returnTo=/a&returnTo=/b`)
    expect(response.status).toBe(422)
  })

  test.each(['/account/devices?tab=1#x', '/%5cevil.example', '/%2f/evil.example', '/@evil.example'])(
    'leads to %s of this site',
    async returnTo => {
      const query = new URLSearchParams({ returnTo })
      const { at } = await new Surfer().go(`${it.server.url}/auth/oidc/corp?${query}`)
      expect(at.href).toBe(it.server.url + returnTo)
    },
  )

  test('comes back to the configured address, whatever the browser calls this server', async () => {
    const { port, env } = it.server
    const request = ['GET /auth/oidc/corp HTTP/1.1', 'Host: evil.example', 'X-Forwarded-Host: evil.example']
    const { headers } = await sendRaw(port, `${request.join('\r\n')}\r\nConnection: close\r\n\r\n`)
    const redirectUri = new URL(headers.location ?? '').searchParams.get('redirect_uri')
    expect(redirectUri).toBe(`${env.BASE_URL}/auth/oidc/corp/callback`)
    await it.signInWith()
    expect(corp.redemptions.at(-1)?.redirect_uri).toBe(redirectUri)
  })
})
