import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Identity } from '../../models/identity.ts'
import { User } from '../../models/user.ts'
import { minutes } from '../../src/durations.ts'
import { codeOf } from '../support/enrol.ts'
import { startAmongLiars } from '../support/federation.ts'
import type { LyingProvider } from '../support/lying-provider.ts'
import { setClock } from '../support/nodes/clock.ts'
import { bodyOf, type Surfer } from '../support/surfer.ts'

const NOW = () => Math.floor(Date.now() / 1000)
const PROOF_AGE = minutes(1)
const NO_IDENTITY = '00000000-0000-4000-8000-000000000000'

let it: Awaited<ReturnType<typeof startAmongLiars<'corp'>>>
let corp: LyingProvider

let number = 0
beforeEach(() => {
  number++
  const email = `person${number}@example.org`
  corp.become({ sub: `sub-${number}`, email, email_verified: true, name: 'Ada' })
})

async function enrol(surfer: Surfer) {
  const begun = await surfer.post(`${it.server.url}/auth/totp`)
  const { secret } = await bodyOf<{ secret: string }>(begun)
  const confirmed = await surfer.post(`${it.server.url}/auth/totp/confirm`, { code: codeOf(secret) })
  expect([begun.status, confirmed.status]).toEqual([200, 200])
  const { recoveryCodes } = await bodyOf<{ recoveryCodes: string[] }>(confirmed)
  return recoveryCodes[0]
}

/** Whether a change that needs a fresh proof is allowed. */
async function isFresh(surfer: Surfer) {
  const url = `${it.server.url}/auth/identities/${NO_IDENTITY}`
  return (await surfer.ask(url, { method: 'DELETE' })).status === 404
}

let ahead = 0
/** The proofs of all sessions grow too old. */
function letProofsAge() {
  ahead += PROOF_AGE + 1
  setClock(ahead)
}
// The files after this one in the same worker live in the present.
afterAll(() => setClock(0))

async function prove(surfer: Surfer) {
  const started = await surfer.post(`${it.server.url}/auth/reauthenticate/provider`, { provider: 'corp' })
  const { location } = await bodyOf<{ location: string }>(started)
  const { at } = await surfer.go(location)
  return at.pathname + at.search
}

describe('a second factor of the account', () => {
  beforeAll(async () => {
    it = await startAmongLiars(['corp'])
    Object.assign(it.server.deps.env, { REAUTHENTICATION_AGE: PROOF_AGE })
    corp = it.providers.corp
  })
  afterAll(() => it?.close())

  test('6.3.3 is asked after the provider, and completes the sign-in', async () => {
    const recoveryCode = await enrol((await it.signInWith()).surfer)
    const { surfer, page, who } = await it.signInWith()
    expect(page).toBe('/sign-in?secondFactor=totp%2Crecovery-code&returnTo=%2Faccount')
    expect(who).toBeUndefined()
    const answer = await surfer.post(`${it.server.url}/auth/second-factor`, { recoveryCode })
    expect(answer.status).toBe(200)
    expect((await it.whoIs(surfer))?.factors).toEqual(['provider', 'recovery-code'])
  })

  test('6.8.4 is asked, whatever the provider says of a factor there that is not trusted', async () => {
    await enrol((await it.signInWith()).surfer)
    Object.assign(corp.person, { amr: ['mfa', 'otp'], acr: 'urn:high' })
    expect((await it.signInWith()).who).toBeUndefined()
  })

  test('does not complete a sign-in whose identity was unlinked meanwhile', async () => {
    const recoveryCode = await enrol((await it.signInWith()).surfer)
    const { surfer } = await it.signInWith()
    const user = await User.findOne({ where: { email: String(corp.person.email) }, rejectOnEmpty: true })
    await Identity.destroy({ where: { userId: user.id } })
    const answer = await surfer.post(`${it.server.url}/auth/second-factor`, { recoveryCode })
    expect(answer.status).toBe(401)
    expect(await it.whoIs(surfer)).toBeUndefined()
  })

  test('does not complete a sign-in to an account that was disabled meanwhile', async () => {
    const recoveryCode = await enrol((await it.signInWith()).surfer)
    const { surfer } = await it.signInWith()
    await User.update({ disabledAt: new Date() }, { where: { email: String(corp.person.email) } })
    const answer = await surfer.post(`${it.server.url}/auth/second-factor`, { recoveryCode })
    expect(answer.status).toBe(401)
  })

  test('7.5.1 is the fresh proof then; the provider is none', async () => {
    const { surfer } = await it.signInWith()
    await enrol(surfer)
    letProofsAge()
    corp.lies.claims = payload => Object.assign(payload, { auth_time: NOW() })
    await prove(surfer)
    expect(await isFresh(surfer)).toBe(false)
  })

  describe('7.5.1 a fresh proof at the provider', () => {
    async function staleSession() {
      const { surfer } = await it.signInWith()
      expect(await isFresh(surfer)).toBe(true)
      letProofsAge()
      expect(await isFresh(surfer)).toBe(false)
      corp.lies.claims = payload => Object.assign(payload, { auth_time: NOW() })
      return surfer
    }

    test('counts if the same identity proved it just now, and the provider is asked to demand it', async () => {
      const surfer = await staleSession()
      expect(await prove(surfer)).toBe('/account/security')
      expect(await isFresh(surfer)).toBe(true)
      const asked = corp.authorizations.at(-1)
      expect([asked?.get('max_age'), asked?.get('prompt')]).toEqual(['0', 'login'])
    })

    test.each([
      ['of another identity', { sub: 'sub-of-another' }],
      ['of an identity of nobody', { sub: 'sub-of-nobody' }],
      ['6.8.4 of an hour ago', { auth_time: NOW() - 3600 }],
      ['6.8.4 of no time', { auth_time: undefined }],
      ['6.8.4 of a time that is text', { auth_time: '2026-01-01' }],
    ])('%s does not count', async (_, lie) => {
      const own = corp.person
      corp.become({ ...own, sub: 'sub-of-another', email: 'another@example.org' })
      await it.signInWith()
      corp.become(own)
      const surfer = await staleSession()
      corp.lies.claims = payload => Object.assign(payload, { auth_time: NOW(), ...lie })
      expect(await prove(surfer)).toBe('/account/security?problem=provider_refused&provider=corp')
      expect(await isFresh(surfer)).toBe(false)
      expect((await it.whoIs(surfer))?.user.email).toBe(own.email)
    })

    test('of another session does not count', async () => {
      const surfer = await staleSession()
      const started = await surfer.post(`${it.server.url}/auth/reauthenticate/provider`, { provider: 'corp' })
      const { location } = await bodyOf<{ location: string }>(started)
      await surfer.post(`${it.server.url}/auth/logout`)
      await it.signInWith(surfer)
      letProofsAge()
      const { at } = await surfer.go(location)
      expect(at.search).toContain('provider_answer_foreign')
      expect(await isFresh(surfer)).toBe(false)
    })
  })
})

describe('MFA_REQUIRED=all', () => {
  beforeAll(async () => {
    it = await startAmongLiars(['corp'], { MFA_REQUIRED: 'all', OIDC_CORP_TRUSTED_AMR: 'mfa,urn:high' })
    corp = it.providers.corp
  })
  afterAll(() => it?.close())

  async function mayUse(surfer: Surfer) {
    return (await surfer.ask(`${it.server.url}/auth/dashboard`)).status
  }

  test('6.3.3 holds for a sign-in with a provider', async () => {
    const { surfer } = await it.signInWith()
    expect(await mayUse(surfer)).toBe(403)
    await enrol(surfer)
    expect(await mayUse(surfer)).toBe(200)
  })

  test.each([
    ['amr', { amr: ['pwd', 'mfa'] }, 200],
    ['acr', { acr: 'urn:high' }, 200],
    ['an amr that is not trusted', { amr: ['pwd', 'otp'] }, 403],
    ['an amr that only contains one', { amr: ['mfa2', 'xmfa', 'mfa,urn:high'] }, 403],
    ['an amr in capitals', { amr: ['MFA'] }, 403],
    ['an amr that is an object', { amr: { mfa: true } }, 403],
    ['a list in a list', { amr: [['mfa']] }, 403],
  ])('6.8.4 is met by what the provider reports, if it is trusted: %s', async (_, claims, status) => {
    Object.assign(corp.person, claims)
    const { surfer, who } = await it.signInWith()
    expect(who?.user.email).toBe(corp.person.email)
    expect(await mayUse(surfer)).toBe(status)
  })

  test('6.8.4 a factor counts only in the ID token, not in userinfo', async () => {
    corp.lies.claims = payload => Object.assign(payload, { name: undefined })
    corp.lies.userinfo = body => Object.assign(body, { amr: ['mfa'], acr: 'urn:high' })
    const { surfer } = await it.signInWith()
    expect(await mayUse(surfer)).toBe(403)
  })
})
