import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Identity } from '../../models/identity.ts'
import { Passkey } from '../../models/passkey.ts'
import { User } from '../../models/user.ts'
import { apiClient, grant } from '../support/api-client.ts'
import { Authenticator } from '../support/authenticator.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { settingsOf } from '../support/cli-process.ts'
import { startFederation } from '../support/federation.ts'
import { ADA, BOB } from '../support/harness.ts'
import { bodyOf, Surfer } from '../support/surfer.ts'
import { mailFor } from '../support/waiting-mails.ts'

type Federation = Awaited<ReturnType<typeof startFederation>>
type Identities = { items: { id: string }[] }

let it: Federation
beforeAll(async () => {
  it = await startFederation({ OIDC_CORP_ROLES: 'groups:staff=admin', SIGN_IN_WITH: 'password,passkey' })
})
afterAll(() => it?.close())

let number = 0
/** A person whom the provider knows, new to us. */
function newcomer(claims: object = {}) {
  number++
  const email = `person${number}@example.org`
  const account = { sub: `sub-${number}`, email, email_verified: true, name: `Person ${number}`, ...claims }
  it.provider.account = account
  return account
}

async function userOf(email: string) {
  return await User.findOne({ where: { email } })
}

async function identitiesAt(email: string) {
  const user = await userOf(email)
  return user ? await Identity.findAll({ where: { userId: user.id } }) : []
}

/** An account here, whose owner proved the address. */
async function accountOf(email: string, { isVerified } = { isVerified: true }) {
  const person = { email, name: 'Local', password: ADA.password }
  await it.server.register(person)
  const user = await User.findOne({ where: { email }, rejectOnEmpty: true })
  if (isVerified) await user.update({ emailVerifiedAt: new Date() })
  return { person, user }
}

describe('rule 1: a linked identity signs in', () => {
  test('the same identity is the same user, whatever its address is by now', async () => {
    const account = newcomer()
    const first = await it.signInWith()
    it.provider.account = { ...account, email: 'renamed@example.org', name: 'Renamed' }
    const second = await it.signInWith()
    expect(second.who?.user.id).toBe(first.who?.user.id)
    expect(second.who?.user.email).toBe(account.email)
    expect(second.who?.factors).toEqual(['provider'])
  })

  test('another subject with the same address is somebody else', async () => {
    const account = newcomer()
    await it.signInWith()
    it.provider.account = { ...account, sub: 'another' }
    const other = await it.signInWith(new Surfer())
    expect(other.page).toBe('/sign-in?problem=identity_undecided&provider=corp')
    expect(other.who).toBeUndefined()
  })

  test('a disabled account is refused like a wrong answer', async () => {
    const { email } = newcomer()
    await it.signInWith()
    await User.update({ disabledAt: new Date() }, { where: { email } })
    expect((await it.signInWith()).page).toBe('/sign-in?problem=provider_refused&provider=corp')
  })

  test('an account under review after a recovery is refused', async () => {
    const { email } = newcomer()
    await it.signInWith()
    await User.update({ reviewSince: new Date() }, { where: { email } })
    expect((await it.signInWith()).page).toBe('/sign-in?problem=provider_refused&provider=corp')
  })
})

describe('rule 2: who is signed in links after a fresh proof', () => {
  test('and can then sign in with it; a mail with "this wasn\'t me" tells the owner', async () => {
    const { person, user } = await accountOf('linker@example.org')
    const surfer = new Surfer()
    await it.signInByPassword(surfer, person)
    newcomer({ email: 'somebody@elsewhere.example' })
    expect((await it.link(surfer)).page).toBe('/account/security')
    expect((await it.signInWith()).who?.user.id).toBe(user.id)
    const mail = await mailFor(it.server, person.email, 'identity-linked')
    await new Surfer().post(`${it.server.url}/auth/not-me`, { token: mail.token })
    expect(await Identity.count({ where: { userId: user.id } })).toBe(0)
    expect((await it.whoIs(surfer))?.user).toBeUndefined()
  })

  test('not without one', async () => {
    const { person } = await accountOf('stale@example.org')
    const surfer = new Surfer()
    await it.signInByPassword(surfer, person)
    const { deps } = it.server
    const before = deps.env.REAUTHENTICATION_AGE
    Object.assign(deps.env, { REAUTHENTICATION_AGE: -1 })
    const { started } = await it.link(surfer)
    Object.assign(deps.env, { REAUTHENTICATION_AGE: before })
    expect(started.status).toBe(403)
  })

  test('not where another account has the identity', async () => {
    newcomer()
    await it.signInWith()
    const { person } = await accountOf('late@example.org')
    const surfer = new Surfer()
    await it.signInByPassword(surfer, person)
    expect((await it.link(surfer)).page).toBe('/account/security?problem=identity_taken&provider=corp')
    expect(await identitiesAt(person.email)).toEqual([])
  })

  test('not in a session that ended before the answer came', async () => {
    const { person } = await accountOf('ended@example.org')
    const surfer = new Surfer()
    await it.signInByPassword(surfer, person)
    newcomer()
    const started = await surfer.post(`${it.server.url}/auth/identities`, { provider: 'corp' })
    const { location } = await bodyOf<{ location: string }>(started)
    await surfer.post(`${it.server.url}/auth/logout`)
    const { at } = await surfer.go(location)
    expect(at.search).toContain('provider_answer_foreign')
    expect(await identitiesAt(person.email)).toEqual([])
  })

  test('an answer that was started to sign in links nothing, and the other way round', async () => {
    const { person, user } = await accountOf('mixed@example.org')
    const surfer = new Surfer()
    await it.signInByPassword(surfer, person)
    newcomer()
    const { who } = await it.signInWith(surfer)
    expect(who?.user.id).not.toBe(user.id)
    expect(await identitiesAt(person.email)).toEqual([])
  })
})

describe('rule 3: an unknown identity whose address is free', () => {
  test('makes an account with the address verified and the roles of its claims', async () => {
    const { email } = newcomer({ groups: ['staff', 'others'] })
    const { who, page } = await it.signInWith()
    expect(page).toBe('/account')
    expect(who?.user).toMatchObject({ email, emailVerified: true, roles: ['admin', 'user'] })
  })

  test('without an address makes one without', async () => {
    newcomer({ email: undefined, email_verified: undefined })
    const { who } = await it.signInWith()
    expect(who?.user).toMatchObject({ email: null, emailVerified: false })
  })

  test('with an address that the provider did not verify waits for a decision, known address or not', async () => {
    const { person } = await accountOf('claimed@example.org')
    const pages = []
    for (const email of [person.email, 'free@example.org']) {
      newcomer({ email, email_verified: false })
      const { surfer, page, who } = await it.signInWith()
      const pending = await surfer.ask(`${it.server.url}/auth/identities/pending`)
      const { accountName: _, ...rest } = await bodyOf<{ accountName: string }>(pending)
      pages.push({ page, who, rest })
    }
    expect(pages[0]).toEqual(pages[1])
    expect(pages[0]).toMatchObject({ who: undefined, rest: { label: 'Corp', mayRegister: true } })
  })

  test('such a person may create an account, which has no address', async () => {
    newcomer({ email_verified: false })
    const { surfer } = await it.signInWith()
    const created = await surfer.post(`${it.server.url}/auth/register/provider`)
    expect(created.status).toBe(201)
    expect((await it.whoIs(surfer))?.user.email).toBeNull()
    expect((await surfer.post(`${it.server.url}/auth/register/provider`)).status).toBe(404)
  })
})

describe('rule 4: the address is taken', () => {
  test('nothing is linked until the owner proved the account and said so', async () => {
    const { person, user } = await accountOf('owner@example.org')
    newcomer({ email: person.email })
    const { surfer, page, who } = await it.signInWith()
    expect([page, who]).toEqual(['/sign-in?problem=identity_undecided&provider=corp', undefined])
    expect(await identitiesAt(person.email)).toEqual([])
    expect((await surfer.post(`${it.server.url}/auth/identities/pending`)).status).toBe(401)
    expect((await surfer.post(`${it.server.url}/auth/register/provider`)).status).toBe(409)
    await it.signInByPassword(surfer, person)
    expect(await identitiesAt(person.email)).toEqual([])
    expect((await surfer.post(`${it.server.url}/auth/identities/pending`)).status).toBe(200)
    expect(await identitiesAt(person.email)).toHaveLength(1)
    expect((await it.signInWith()).who?.user.id).toBe(user.id)
  })

  test('only to the account that has the address', async () => {
    const { person } = await accountOf('target@example.org')
    await it.server.register(BOB)
    newcomer({ email: person.email })
    const { surfer } = await it.signInWith()
    await it.signInByPassword(surfer, BOB)
    expect((await surfer.post(`${it.server.url}/auth/identities/pending`)).status).toBe(409)
    expect(await identitiesAt(BOB.email)).toEqual([])
  })

  test('another browser knows nothing of it', async () => {
    const { person } = await accountOf('alone@example.org')
    newcomer({ email: person.email })
    await it.signInWith()
    const other = new Surfer()
    expect((await other.ask(`${it.server.url}/auth/identities/pending`)).status).toBe(404)
  })
})

describe('rule 6: an account whose address nobody proved', () => {
  test('goes to the person with everything in it gone', async () => {
    const { person, user } = await accountOf('squatted@example.org', { isVerified: false })
    const squatter = new Surfer()
    await it.signInByPassword(squatter, person)
    const token = await squatter.post(`${it.server.url}/auth/tokens`, { name: 'planted', scopes: [] })
    expect(token.status).toBe(201)
    newcomer({ email: person.email })
    const { who } = await it.signInWith()
    expect(who?.user).toMatchObject({ id: user.id, emailVerified: true })
    expect(await it.whoIs(squatter)).toBeUndefined()
    expect((await it.signInByPassword(new Surfer(), person)).status).toBe(401)
    const { token: secret } = await bodyOf<{ token: string }>(token)
    const api = await fetch(`${it.server.url}/api/v1/me`, { headers: { authorization: `Bearer ${secret}` } })
    expect(api.status).toBe(401)
  })
})

describe('an administrator whose address nobody proved', () => {
  test('proves the account like everybody else: nothing is handed over', async () => {
    const { person, user } = await accountOf('root@example.org', { isVerified: false })
    await grant(person, 'admin')
    await User.update({ emailVerifiedAt: null }, { where: { id: user.id } })
    newcomer({ email: person.email })
    const { page, who } = await it.signInWith()
    expect([page, who]).toEqual(['/sign-in?problem=identity_undecided&provider=corp', undefined])
    expect((await it.signInByPassword(new Surfer(), person)).status).toBe(200)
  })
})

describe('rule 7: the last way in stays', () => {
  async function unlinkAll(surfer: Surfer) {
    const { items } = await bodyOf<Identities>(await surfer.ask(`${it.server.url}/auth/identities`))
    const answers: Response[] = []
    for (const { id } of items)
      answers.push(await surfer.ask(`${it.server.url}/auth/identities/${id}`, { method: 'DELETE' }))
    return answers.map(({ status }) => status)
  }

  test('an account with nothing else keeps its identity', async () => {
    const { email } = newcomer()
    const { surfer } = await it.signInWith()
    expect(await unlinkAll(surfer)).toEqual([409])
    expect(await identitiesAt(email)).toHaveLength(1)
  })

  test('nor can the passkey go that stands in for an unlinked one', async () => {
    newcomer()
    const { surfer, who } = await it.signInWith()
    const key = new Authenticator(it.server.env.BASE_URL)
    const options = await bodyOf<never>(await surfer.post(`${it.server.url}/auth/passkeys/options`))
    const added = { name: 'Key', credential: key.create(options), endOthers: false }
    expect((await surfer.post(`${it.server.url}/auth/passkeys`, added)).status).toBe(200)
    expect(await unlinkAll(surfer)).toEqual([200])
    const passkey = await Passkey.findOne({ where: { userId: who?.user.id ?? '' } })
    const removal = `${it.server.url}/auth/passkeys/${passkey?.id}`
    expect((await surfer.ask(removal, { method: 'DELETE' })).status).toBe(409)
    expect(await Passkey.count({ where: { userId: who?.user.id ?? '' } })).toBe(1)
  })

  test('a password is no way in to an account with neither email nor username', async () => {
    newcomer({ email: undefined, email_verified: undefined })
    const { surfer } = await it.signInWith()
    const set = await surfer.post(`${it.server.url}/auth/set-password`, { newPassword: ADA.password })
    expect(set.status).toBe(200)
    expect(await unlinkAll(surfer)).toEqual([409])
  })

  test('of two identities that are unlinked at once, one stays', async () => {
    newcomer()
    const { surfer, who } = await it.signInWith()
    newcomer()
    surfer.forgetSite(it.provider.issuer)
    await it.link(surfer)
    const { items } = await bodyOf<Identities>(await surfer.ask(`${it.server.url}/auth/identities`))
    const answers = await Promise.all(
      items.map(({ id }) => surfer.ask(`${it.server.url}/auth/identities/${id}`, { method: 'DELETE' })),
    )
    expect(answers.map(({ status }) => status)).toContain(200)
    expect(await Identity.count({ where: { userId: who?.user.id ?? '' } })).toBe(1)
  })

  test('rule 8: with a password it can go, and the owner is told', async () => {
    const { person } = await accountOf('leaver@example.org')
    const surfer = new Surfer()
    await it.signInByPassword(surfer, person)
    newcomer()
    await it.link(surfer)
    expect(await unlinkAll(surfer)).toEqual([200])
    expect((await mailFor(it.server, person.email, 'identity-unlinked')).token).toBeTruthy()
    expect((await it.signInWith()).who?.user.email).not.toBe(person.email)
  })
})

test('3.5.1 another site cannot start a sign-in: the person is asked first', async () => {
  newcomer()
  const surfer = new Surfer()
  surfer.headers = { accept: 'text/html', 'sec-fetch-site': 'cross-site' }
  const response = await surfer.ask(`${it.server.url}/auth/oidc/corp?returnTo=/account`)
  expect([response.status, response.headers.get('location')]).toEqual([303, '/sign-in?returnTo=%2Faccount'])
})

test('3.7.2 a way back never leads to an endpoint of sign-in', async () => {
  for (const returnTo of ['/auth/oidc/corp', '/x/../AUTH/oidc/corp', '/auth']) {
    const query = new URLSearchParams({ returnTo })
    expect((await new Surfer().ask(`${it.server.url}/auth/oidc/corp?${query}`)).status).toBe(422)
  }
  expect((await new Surfer().ask(`${it.server.url}/auth/oidc/corp?returnTo=/authors`)).status).toBe(302)
})

test('what a provider calls an account is shown only where it is one line of text', async () => {
  newcomer({ email: undefined, preferred_username: 'ada\u202e\nhttps://evil.example' })
  const { who } = await it.signInWith()
  const identity = await Identity.findOne({ where: { userId: who?.user.id ?? '' } })
  expect(identity?.name).toBe(`sub-${number}`)
})

describe('administration', () => {
  test('an administrator sees and unlinks identities, which ends the access of the user', async () => {
    const { email } = newcomer()
    const { surfer, who } = await it.signInWith()
    const id = who?.user.id ?? ''
    await grant(BOB, 'admin')
    const admin = await apiClient(it.server, BOB)
    const { body } = await admin.send('get', `/users/${id}/identities`).expect(200)
    expect(body.items).toMatchObject([{ provider: 'corp', label: 'Corp', accountName: email }])
    await admin.send('delete', `/users/${id}/identities/${body.items[0].id}`).expect(204)
    expect(await it.whoIs(surfer)).toBeUndefined()
    expect(await identitiesAt(email)).toEqual([])
  })

  test('so does the command line', async () => {
    const { email } = newcomer()
    const { surfer } = await it.signInWith()
    const cli = cliHere(settingsOf(it.server))
    const listed = await cli.run(['user', 'identities', email])
    const [identity] = await identitiesAt(email)
    expect(listed.stdout).toContain(`${identity?.id}  corp`)
    await cli.run(['user', 'unlink', email, identity?.id ?? ''])
    expect(await identitiesAt(email)).toEqual([])
    await expect.poll(() => it.whoIs(surfer), { timeout: 10_000 }).toBeUndefined()
  })

  test('the export has them, and deleting the account deletes them', async () => {
    const { email } = newcomer()
    const { surfer } = await it.signInWith()
    const exported = await bodyOf<{ identities: object[] }>(await surfer.ask(`${it.server.url}/auth/export`))
    expect(exported.identities).toMatchObject([{ provider: 'corp', accountName: email }])
    await surfer.post(`${it.server.url}/auth/delete-account`, { email })
    expect(await Identity.count({ where: { name: email } })).toBe(0)
  })
})

test('a person without a password can set one, and then unlink', async () => {
  const { email } = newcomer()
  const { surfer } = await it.signInWith()
  const set = () => surfer.post(`${it.server.url}/auth/set-password`, { newPassword: ADA.password })
  expect((await set()).status).toBe(200)
  expect((await set()).status).toBe(409)
  const [identity] = await identitiesAt(email)
  const unlinked = await surfer.ask(`${it.server.url}/auth/identities/${identity?.id}`, { method: 'DELETE' })
  expect(unlinked.status).toBe(200)
  expect((await it.signInByPassword(new Surfer(), { email, password: ADA.password })).status).toBe(200)
})
