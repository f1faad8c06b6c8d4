import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { User } from '../../models/user.ts'
import { startFederation } from '../support/federation.ts'
import { ADA } from '../support/harness.ts'
import { bodyOf, Surfer } from '../support/surfer.ts'

type Federation = Awaited<ReturnType<typeof startFederation>>

/** The ID token says `email_verified` and `auth_time`, and only userinfo has an address. */
const CONFIGURATION = {
  claims: { openid: ['sub', 'email_verified', 'auth_time'], email: ['email'], profile: ['name'] },
  clientDefaults: { require_auth_time: true },
  findAccount: (_: unknown, id: string) => ({
    accountId: id,
    claims: (use: string) => ({ ...it.provider.account, sub: id, ...(use === 'userinfo' && addressThere) }),
  }),
}

let it: Federation
let addressThere: object = {}
beforeAll(async () => {
  it = await startFederation({ OIDC_CORP_ROLES: 'email:boss@example.org=admin' }, CONFIGURATION)
})
afterAll(() => it?.close())

async function arrive(account: { sub: string; email: string; email_verified: boolean }) {
  it.provider.account = { name: 'Somebody', ...account }
  return await it.signInWith()
}

test('an address is verified only by the source that names it', async () => {
  addressThere = { email_verified: false }
  const { page } = await arrive({ sub: 'split', email: 'split@example.org', email_verified: true })
  addressThere = {}
  expect(page).toBe('/sign-in?problem=identity_undecided&provider=corp')
  expect(await User.count({ where: { email: 'split@example.org' } })).toBe(0)
})

test("an address that only looks like another's after normalization does not count as verified", async () => {
  const email = 'kate@example.org'
  await it.server.register({ ...ADA, email })
  // The Kelvin sign and the full-width letter become k and a.
  for (const twin of ['\u212aate@example.org', 'k\uff41te@example.org']) {
    const { page, who } = await arrive({
      sub: `twin ${twin.length}${twin.codePointAt(0)}`,
      email: twin,
      email_verified: true,
    })
    expect([page, who]).toEqual(['/sign-in?problem=identity_undecided&provider=corp', undefined])
  }
  expect((await it.signInByPassword(new Surfer(), { email, password: ADA.password })).status).toBe(200)
})

test('an address that the provider did not verify gives no role', async () => {
  const { surfer } = await arrive({ sub: 'no boss', email: 'boss@example.org', email_verified: false })
  expect((await surfer.post(`${it.server.url}/auth/register/provider`)).status).toBe(201)
  expect((await it.whoIs(surfer))?.user.roles).toEqual(['user'])
  const { who } = await arrive({ sub: 'boss', email: 'boss@example.org', email_verified: true })
  expect(who?.user.roles).toEqual(['admin', 'user'])
})

describe('6.8.4 a sign-in at the provider from some time ago', () => {
  /** Somebody who signed in there three seconds ago, where a proof is fresh for two. */
  async function signedInBefore(sub: string, settings: object = {}) {
    const { surfer } = await arrive({ sub, email: `${sub}@example.org`, email_verified: true })
    const { env } = it.server.deps
    const { REAUTHENTICATION_AGE, MFA_REQUIRED } = env
    Object.assign(env, { REAUTHENTICATION_AGE: 2000, ...settings })
    onTestFinished(() => void Object.assign(env, { REAUTHENTICATION_AGE, MFA_REQUIRED }))
    await new Promise(resolve => setTimeout(resolve, 3000))
    await it.signInWith(surfer)
    return surfer
  }

  test('signs in, but is no fresh proof', async () => {
    const surfer = await signedInBefore('early')
    expect((await it.link(surfer)).started.status).toBe(403)
  })

  test('is proven again by somebody who has to enroll a second factor', async () => {
    const surfer = await signedInBefore('enrolling', { MFA_REQUIRED: 'all' })
    const enrol = () => surfer.post(`${it.server.url}/auth/totp`)
    expect((await enrol()).status).toBe(403)
    const asked = await surfer.post(`${it.server.url}/auth/reauthenticate/provider`, { provider: 'corp' })
    await surfer.go((await bodyOf<{ location: string }>(asked)).location)
    expect((await enrol()).status).toBe(200)
  })
})
