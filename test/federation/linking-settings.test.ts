import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { User } from '../../models/user.ts'
import { startFederation } from '../support/federation.ts'
import { ADA } from '../support/harness.ts'
import { bodyOf } from '../support/surfer.ts'

type Federation = Awaited<ReturnType<typeof startFederation>>

describe('rule 5: a provider that is trusted for its domain', () => {
  let trusting: Federation
  beforeAll(async () => {
    trusting = await startFederation({ OIDC_CORP_TRUSTED_DOMAINS: 'example.org' })
  })
  afterAll(() => trusting?.close())

  async function arrive(email: string, claims: object, emailVerifiedAt: Date | null) {
    await trusting.server.register({ ...ADA, email })
    await User.update({ emailVerifiedAt }, { where: { email } })
    trusting.provider.account = { sub: email, email, email_verified: true, name: 'Ada', ...claims }
    return await trusting.signInWith()
  }

  test('links an account whose address is verified on both sides', async () => {
    const { who } = await arrive('trusted@example.org', {}, new Date())
    expect(who?.user.email).toBe('trusted@example.org')
  })

  test('not where the provider did not verify it', async () => {
    const { who } = await arrive('unsure@example.org', { email_verified: false }, new Date())
    expect(who).toBeUndefined()
  })

  test('not an address of another domain, nor of one that only ends alike', async () => {
    expect((await arrive('ada@elsewhere.example', {}, new Date())).who).toBeUndefined()
    expect((await arrive('ada@not-example.org', {}, new Date())).who).toBeUndefined()
  })
})

describe('REGISTRATION=closed', () => {
  let closed: Federation
  beforeAll(async () => {
    closed = await startFederation({ REGISTRATION: 'closed' })
  })
  afterAll(() => closed?.close())

  test('lets no new person in, whatever the provider says of the address', async () => {
    closed.provider.account = { sub: 'x', email: 'x@example.org', email_verified: true, name: 'X' }
    expect((await closed.signInWith()).page).toBe('/sign-in?problem=registration_closed&provider=corp')
    closed.provider.account = { sub: 'y', email: 'y@example.org', email_verified: false, name: 'Y' }
    const { surfer } = await closed.signInWith()
    const pending = () => surfer.ask(`${closed.server.url}/auth/identities/pending`)
    expect(await bodyOf<object>(await pending())).toMatchObject({ mayRegister: false })
    expect((await surfer.post(`${closed.server.url}/auth/register/provider`)).status).toBe(403)
    expect((await pending()).status).toBe(200)
    expect(await User.count()).toBe(0)
  })
})
