import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Identity } from '../../models/identity.ts'
import { User } from '../../models/user.ts'
import { type CasFederation, joinCas, startCasFor } from '../support/cas-federation.ts'
import type { CasTestServer } from '../support/cas-server.ts'
import { ADA, startServer } from '../support/harness.ts'
import { bodyOf, Surfer } from '../support/surfer.ts'
import { mailFor } from '../support/waiting-mails.ts'

const PASSWORD = 'seven green bicycles'
const USERS = {
  ada: {
    password: PASSWORD,
    attributes: { mail: 'ada@campus.example', displayName: 'Ada Lovelace', memberOf: ['staff', 'teachers'] },
  },
  grace: { password: PASSWORD, attributes: { email: 'Grace@Campus.Example', givenName: 'Grace', sn: 'Hopper' } },
  plain: { password: PASSWORD, attributes: {} },
  taken: { password: PASSWORD, attributes: { mail: ADA.email } },
  linker: { password: PASSWORD, attributes: {} },
  prover: { password: PASSWORD, attributes: {} },
}

type Location = { location: string }
type Identities = { items: { id: string; provider: string; label: string; issuer: string; subject: string }[] }

let cas: CasTestServer
beforeAll(async () => {
  cas = await startCasFor(USERS)
})
afterAll(() => cas?.close())

describe.each(['3.0', '2.0'])('CAS %s', protocol => {
  let it: CasFederation
  beforeAll(async () => {
    it = await joinCas(cas, { CAS_PROTOCOL: protocol, CAS_ROLES: 'memberOf:staff=admin' })
  })
  afterAll(() => it?.close())

  test('a first sign-in creates an account with name, address and roles of the attributes', async () => {
    const { page, who } = await it.signInAs('ada', { query: '?returnTo=/account/sessions' })
    expect(page).toBe('/account/sessions')
    const user = { name: 'Ada Lovelace', email: 'ada@campus.example', emailVerified: true, roles: ['admin', 'user'] }
    expect(who).toMatchObject({ factors: ['provider'], user })
  })

  test('the next one is the same user', async () => {
    const first = await it.signInAs('grace')
    expect(first.who?.user).toMatchObject({ name: 'Grace Hopper', email: 'grace@campus.example', roles: ['user'] })
    expect((await it.signInAs('grace')).who?.user.id).toBe(first.who?.user.id)
  })

  test('a user without attributes gets an account without an address', async () => {
    const { who } = await it.signInAs('plain')
    expect(who?.user).toMatchObject({ name: 'plain', email: null })
  })

  test('the pages know where its button leads', async () => {
    const { items } = await bodyOf<{ items: object[] }>(await fetch(`${it.server.url}/auth/providers`))
    expect(items).toEqual([{ name: 'cas', label: 'CAS', signInPath: '/auth/cas', available: true }])
    const page = await (await fetch(`${it.server.url}/sign-in`)).text()
    expect(page.replaceAll('&#34;', '"')).toContain(`data-providers="${JSON.stringify(items)}"`)
  })

  test('the identity is the CAS server and its user', async () => {
    const { surfer } = await it.signInAs('plain')
    const { items } = await bodyOf<Identities>(await surfer.ask(`${it.server.url}/auth/identities`))
    expect(items).toMatchObject([{ provider: 'cas', label: 'CAS', issuer: it.cas.url, subject: 'plain' }])
  })
})

describe('the rules of linking', () => {
  let it: CasFederation
  beforeAll(async () => {
    it = await joinCas(cas)
    await it.server.register()
    await User.update({ emailVerifiedAt: new Date() }, { where: { email: ADA.email } })
  })
  afterAll(() => it?.close())

  async function signedIn() {
    const surfer = new Surfer()
    await surfer.post(`${it.server.url}/auth/login`, { email: ADA.email, password: ADA.password })
    return surfer
  }

  async function start(surfer: Surfer, path: string) {
    const started = await surfer.post(it.server.url + path, { provider: 'cas', returnTo: '/account/security' })
    return (await bodyOf<Location>(started)).location
  }

  test('an address that an account has links nothing until its owner says so', async () => {
    const { surfer, page, who } = await it.signInAs('taken')
    expect([page, who]).toEqual(['/sign-in?problem=identity_undecided&provider=cas', undefined])
    expect(await Identity.count()).toBe(0)
    expect((await surfer.post(`${it.server.url}/auth/register/provider`)).status).toBe(409)
    await surfer.post(`${it.server.url}/auth/login`, { email: ADA.email, password: ADA.password })
    expect((await surfer.post(`${it.server.url}/auth/identities/pending`)).status).toBe(200)
    expect((await it.signInAs('taken')).who?.user.email).toBe(ADA.email)
  })

  test('a link from the account is confirmed there, because a ticket names no visit', async () => {
    const surfer = await signedIn()
    const login = await start(surfer, '/auth/identities')
    const { page } = await it.comeBack(surfer, await it.visit('linker', login))
    expect(page).toBe('/account/security?problem=identity_undecided&provider=cas')
    expect(await Identity.count({ where: { subject: 'linker' } })).toBe(0)
    const pending = await surfer.ask(`${it.server.url}/auth/identities/pending`)
    expect(await pending.json()).toMatchObject({ label: 'CAS', accountName: 'linker', mayRegister: false })
    expect((await surfer.post(`${it.server.url}/auth/identities/pending`)).status).toBe(200)
    expect((await mailFor(it.server, ADA.email, 'identity-linked')).token).toBeTruthy()
    expect((await it.signInAs('linker')).who?.user.email).toBe(ADA.email)
  })

  test('an identity is unlinked, and signs in no more', async () => {
    const { surfer, who } = await it.signInAs('linker')
    const { items } = await bodyOf<Identities>(await surfer.ask(`${it.server.url}/auth/identities`))
    for (const { id } of items)
      expect((await surfer.ask(`${it.server.url}/auth/identities/${id}`, { method: 'DELETE' })).status).toBe(200)
    const again = await it.signInAs('linker')
    expect(again.who?.user.id).not.toBe(who?.user.id)
  })

  test('6.8.4 a ticket from single sign-on signs in, but is no fresh proof', async () => {
    const { browser } = await it.signInAs('prover')
    const surfer = new Surfer()
    await it.comeBack(surfer, await it.visit('prover', await it.leave(surfer), browser))
    const start = await surfer.post(`${it.server.url}/auth/identities`, { provider: 'cas' })
    expect([start.status, (await bodyOf<{ code: string }>(start)).code]).toEqual([403, 'reauthentication_required'])
  })

  test('7.5.1 a fresh proof asks for the password, and is the owner’s alone', async () => {
    const { surfer, browser } = await it.signInAs('prover')
    const login = await start(surfer, '/auth/reauthenticate/provider')
    expect(new URL(login).searchParams.get('renew')).toBe('true')
    const without = await it.visit('prover', login.replace('&renew=true', ''), browser)
    expect((await it.comeBack(surfer, without)).page).toContain('problem=provider_refused')
    const foreign = await it.visit('plain', await start(surfer, '/auth/reauthenticate/provider'))
    expect((await it.comeBack(surfer, foreign)).page).toContain('problem=provider_refused')
    const proof = await it.visit('prover', await start(surfer, '/auth/reauthenticate/provider'), browser)
    expect((await it.comeBack(surfer, proof)).page).toBe('/account/security')
  })
})

describe('settings', () => {
  test('addresses count as unverified unless CAS_EMAIL_VERIFIED says otherwise', async () => {
    const it = await joinCas(cas, { CAS_EMAIL_VERIFIED: 'false', CAS_LABEL: 'Campus' })
    const { surfer, page } = await it.signInAs('ada')
    expect(page).toBe('/sign-in?problem=identity_undecided&provider=cas')
    const pending = await surfer.ask(`${it.server.url}/auth/identities/pending`)
    expect(await pending.json()).toMatchObject({ label: 'Campus', mayRegister: true })
    await surfer.post(`${it.server.url}/auth/register/provider`)
    expect((await it.whoIs(surfer))?.user).toMatchObject({ name: 'Ada Lovelace', email: null })
    await it.close()
  })

  test('CAS_ATTRIBUTES names the attributes to read', async () => {
    const it = await joinCas(cas, { CAS_ATTRIBUTES: 'name=sn+givenName,email=email' })
    expect((await it.signInAs('grace')).who?.user).toMatchObject({ name: 'Hopper Grace' })
    expect((await it.signInAs('ada')).who?.user).toMatchObject({ name: 'ada', email: null })
    await it.close()
  })

  test('CAS_REGISTRATION=closed creates no account', async () => {
    const it = await joinCas(cas, { CAS_REGISTRATION: 'closed' })
    expect((await it.signInAs('ada')).page).toBe('/sign-in?problem=registration_closed&provider=cas')
    await it.close()
  })

  test.each([
    ['without a CAS_URL', { CAS_LABEL: 'Campus' }],
    ['with a plain http CAS_URL', { CAS_URL: 'http://cas.example.org/cas' }],
    ['with a service URL of another site', { CAS_SERVICE_URL: 'https://app.example.org/auth/cas' }],
    ['with an unknown protocol', { CAS_PROTOCOL: '1.0' }],
    ['with an unclear flag', { CAS_RENEW: 'always' }],
    ['with attributes of no meaning', { CAS_ATTRIBUTES: 'phone=tel' }],
    ['with roles of another form', { CAS_ROLES: 'admin' }],
    ['with a misspelled variable', { CAS_LABLE: 'Campus' }],
  ])('the server starts %s, and says that CAS cannot be used', async (_, settings) => {
    const CAS_URL = 'CAS_LABEL' in settings ? '' : 'https://cas.example.org/cas'
    const server = await startServer({ CAS_URL, LOG_LEVEL: 'error', ...settings })
    const { items } = await bodyOf<{ items: object[] }>(await fetch(`${server.url}/auth/providers`))
    expect(items).toMatchObject([{ name: 'cas', signInPath: '/auth/cas', available: false }])
    expect((await fetch(`${server.url}/auth/cas`)).status).toBe(503)
    await server.close()
  })

  test('without any of its variables there is no CAS', async () => {
    const server = await startServer({ OIDC_LOCAL_ISSUER: 'https://login.example.org', CAS_UNRELATED: 'x' })
    expect((await fetch(`${server.url}/auth/cas`)).status).toBe(404)
    const { items } = await bodyOf<{ items: object[] }>(await fetch(`${server.url}/auth/providers`))
    expect(items).toMatchObject([{ name: 'local', available: false }])
    await server.close()
  })
})
