import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Op } from 'sequelize'
import supertest from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../../models/client.ts'
import { Consent } from '../../models/consent.ts'
import { Device } from '../../models/device.ts'
import { Identity } from '../../models/identity.ts'
import { Mail } from '../../models/mail.ts'
import { LINK_PURPOSES, OneTimeLink } from '../../models/one-time-link.ts'
import { Passkey } from '../../models/passkey.ts'
import { RecoveryCode } from '../../models/recovery-code.ts'
import { Role } from '../../models/role.ts'
import { TotpSecret } from '../../models/totp-secret.ts'
import { User } from '../../models/user.ts'
import { replacePassword } from '../../src/administration/administer.ts'
import { hashOfSecret } from '../../src/encryption/one-way.ts'
import { createLink } from '../../src/links/links.ts'
import { type ApiClient, apiClient, grant } from '../support/api-client.ts'
import { Authenticator } from '../support/authenticator.ts'
import { codeOf, enrolTotp } from '../support/enrol.ts'
import { ADA, cookiesOf, PASSWORD, startServer, type TestServer } from '../support/harness.ts'
import { mailFor } from '../support/waiting-mails.ts'
import { COOKIES, documented, EVENTS, type Event, fateOf, LINKS, TABLES, THINGS } from './what-ends/table.ts'

const ORIGIN = 'http://localhost:3000'
const NEXT = 'a dozen purple umbrellas leaning'
type Browser = ReturnType<TestServer['agent']>

let server: TestServer
let admin: ApiClient
let inviter: Role
let number = 0
beforeAll(async () => {
  server = await startServer({ HASH_QUEUE: '100', BASE_URL: ORIGIN, SIGN_IN_WITH: 'password,passkey,email' })
  await server.register()
  await grant(ADA, 'admin')
  admin = await apiClient(server, ADA)
  const lists = { redirectUris: [], postLogoutRedirectUris: [], grantTypes: [], ownScopes: [], resourceScopes: [] }
  await Client.create({ id: 'wiki', name: 'Wiki', authMethod: 'none', scopes: ['openid', 'email'], ...lists })
  inviter = await Role.create({ name: 'inviter', description: 'Invites', permissions: ['users:write'] })
})
afterAll(() => server.close())

const post = (path: string, body: object) => supertest(server.url).post(path).send(body)
const tokenOf = (link: string) => link.split('#')[1] ?? ''
const links = (purpose: string, token: string) => ({ purpose, tokenHash: hashOfSecret(token) })
async function addPasskey(browser: Browser) {
  const passkey = new Authenticator(ORIGIN)
  const { body: options } = await browser.post('/auth/passkeys/options').expect(200)
  const credential = passkey.create(options)
  await browser.post('/auth/passkeys').send({ name: 'Phone', credential, endOthers: false }).expect(200)
  return passkey.id
}

function linked(userId: string, establishedAt: Date | null) {
  const subject = `${userId}-${establishedAt ? 'own' : 'planted'}`
  return Identity.create({
    userId,
    provider: 'corp',
    issuer: 'https://corp.example',
    subject,
    name: 'x',
    establishedAt,
  })
}

/** An account of its own with everything in it that could outlive an event. */
async function plant(event: Event) {
  number++
  const person = { email: `planted${number}@example.org`, name: 'Planted', password: PASSWORD }
  await server.register(person)
  const user = await User.findOne({ where: { email: person.email }, rejectOnEmpty: true })
  if (!event.startsWith('verified')) await user.update({ emailVerifiedAt: new Date() })
  await user.addRole(inviter)
  const owner = server.agent()
  const login = { email: person.email, password: PASSWORD }
  await owner.post('/auth/login').send(login).expect(200)
  const { secret, recoveryCodes } = await enrolTotp(owner)
  const codes = [...recoveryCodes]
  async function enter(options: object = {}, rememberDevice = false) {
    const browser = server.agent()
    await browser
      .post('/auth/login')
      .send({ ...login, ...options })
      .expect(200)
    const answer = await browser
      .post('/auth/second-factor')
      .send({ recoveryCode: codes.pop(), rememberDevice })
      .expect(200)
    const [device = ''] = decodeURIComponent(cookiesOf(answer).get('latchkey.device')?.value ?? '')
      .slice(2)
      .split('.')
    return { browser, device: { tokenHash: hashOfSecret(device), userId: user.id } }
  }
  const thief = await enter({}, false)
  const credentialId = await addPasskey(thief.browser)
  const [ownIdentity, theirIdentity] = [await linked(user.id, new Date()), await linked(user.id, null)]
  await Consent.create({ userId: user.id, clientId: 'wiki', scopes: ['openid', 'email'] })
  const other = await enter({}, true)
  const remembered = await enter({ rememberMe: true })
  const { body: personal } = await other.browser.post('/auth/tokens').send({ name: 'planted', scopes: [] }).expect(201)
  const { body: access } = await other.browser.post('/auth/token').expect(200)
  const waiting = server.agent()
  await waiting.post('/auth/login').send(login).expect(200)
  const mailed = server.agent()
  await mailed.post('/auth/login/email').send({ email: person.email }).expect(202)
  const byEmail = { browser: mailed, ...(await emailTo(person.email)) }
  const { securityVersion } = await user.reload()
  const link = async (purpose: (typeof LINK_PURPOSES)[number], subject: object) =>
    links(purpose, tokenOf(await createLink(ORIGIN, purpose, { userId: user.id, email: person.email, ...subject })))
  const planted = {
    'link: reset password': await link('reset-password', { securityVersion }),
    'link: confirm new address': await link('confirm-new-email', { email: `new-${person.email}`, securityVersion }),
    'link: undo email change': await link('undo-email-change', { email: `old-${person.email}` }),
    "link: this wasn't me": await link('not-me', {}),
    'link: verify address': await link('verify-email', {}),
    'link: invitation sent': await link('invitation', {
      userId: null,
      email: `guest-${person.email}`,
      invitedBy: user.id,
    }),
  }
  return {
    user,
    person,
    owner,
    secret,
    codes,
    thief,
    other,
    remembered,
    personal,
    access,
    waiting,
    byEmail,
    credentialId,
    ownIdentity,
    theirIdentity,
    links: planted,
  }
}
type Planted = Awaited<ReturnType<typeof plant>>

const emailTo = (to: string) => mailFor(server, to, 'sign-in')

async function linkTo(to: string, template: Parameters<typeof mailFor>[2]) {
  return (await mailFor(server, to, template)).token
}

const HAPPEN: Record<Event, (planted: Planted) => Promise<unknown>> = {
  'password reset': async ({ person }) => {
    await post('/auth/forgot-password', { email: person.email }).expect(202)
    await post('/auth/reset-password', { token: await linkTo(person.email, 'reset-password'), password: NEXT }).expect(
      200,
    )
  },
  "this wasn't me": async ({ person }) =>
    post('/auth/not-me', { token: await linkTo(person.email, 'new-device') }).expect(200),
  'email change undone': async ({ user }) => {
    const before = { userId: user.id, email: `first-${user.email}` }
    const token = tokenOf(await createLink(ORIGIN, 'undo-email-change', before))
    // The oldest of a chain of changes.
    await OneTimeLink.update({ createdAt: new Date(0) } as never, { where: links('undo-email-change', token) })
    await post('/auth/undo-email-change', { token }).expect(200)
  },
  'password changed': ({ owner }) =>
    owner.post('/auth/change-password').send({ currentPassword: PASSWORD, newPassword: NEXT }).expect(200),
  'email changed': async ({ owner, person }) => {
    const email = `changed-${person.email}`
    await owner.post('/auth/change-email').send({ email }).expect(202)
    await post('/auth/confirm-email', { token: await linkTo(email, 'confirm-new-email') }).expect(200)
  },
  'factor removed': ({ owner, user }) => removeOnePasskey(owner, user.id),
  disabled: ({ user }) => admin.send('post', `/users/${user.id}/disable`).expect(200),
  enabled: async ({ user }) => {
    await admin.send('post', `/users/${user.id}/disable`).expect(200)
    await admin.send('post', `/users/${user.id}/enable`).expect(200)
  },
  deleted: ({ user }) => admin.send('delete', `/users/${user.id}`).expect(204),
  'verified in an unknown browser': async ({ user, person }) => {
    const token = tokenOf(await createLink(ORIGIN, 'verify-email', { userId: user.id, email: person.email }))
    await post('/auth/verify-email', { token }).expect(200)
  },
  'invitation accepted': async ({ links: { 'link: invitation sent': invitation }, person }) => {
    const token = 'accepted-'.padEnd(43, String(number))
    await OneTimeLink.update({ tokenHash: hashOfSecret(token) } as never, { where: invitation })
    const guest = { email: `guest-${person.email}`, name: 'Guest', password: PASSWORD, invitation: token }
    await post('/auth/register', guest).expect(201)
  },
  'password set by an operator': async ({ user }) =>
    replacePassword(server.deps, await user.reload(), await server.deps.hasher.hash(NEXT)),
  'role revoked': ({ user }) => admin.send('delete', `/users/${user.id}/roles/inviter`),
  'all sessions ended': () => server.deps.store.endAll('admin'),
}

/** A third one, so that the planted ones can be looked at afterwards. */
async function removeOnePasskey(owner: Browser, userId: string) {
  await addPasskey(owner)
  const last = await Passkey.findOne({ where: { userId }, order: [['createdAt', 'DESC']], rejectOnEmpty: true })
  await owner.delete(`/auth/passkeys/${last.id}?endOthers=false`).expect(200)
}

async function works(answer: PromiseLike<supertest.Response>, status = 200) {
  return (await answer).status === status ? 'stays' : 'ends'
}
const exists = async (count: Promise<number>) => ((await count) > 0 ? 'stays' : 'ends')
const bearer = (token: string) => supertest(server.url).get('/api/v1/me').set('Authorization', `Bearer ${token}`)

/** What is left of each thing, as somebody who holds it finds out. */
async function observe({ user, ...planted }: Planted): Promise<Record<string, string>> {
  const userId = user.id
  const current = await User.findByPk(userId)
  const factor = async (count: Promise<number>) =>
    (await exists(count)) === 'stays' && current?.reviewSince ? 'review' : exists(count)
  const now = { [Op.gt]: new Date() }
  const seen: Record<string, string> = {
    session: await works(planted.other.browser.get('/auth/session')),
    'remembered session': await works(planted.remembered.browser.get('/auth/profile')),
    'fresh proof in another session': await works(planted.other.browser.post('/auth/totp'), 409),
    'personal access token': await works(bearer(planted.personal.token)),
    'access token': await works(bearer(planted.access.access_token)),
    'known device': await exists(Device.count({ where: { ...planted.other.device, expires: now } })),
    'trusted device': await exists(Device.count({ where: { ...planted.other.device, trustedUntil: now } })),
    "owner's app and passkeys": await factor(TotpSecret.count({ where: { userId } })),
    "owner's recovery codes": await factor(RecoveryCode.count({ where: { userId } })),
    'factor added on an unknown device': await factor(
      Passkey.count({ where: { userId, credentialId: planted.credentialId } }),
    ),
    "owner's linked identity": await factor(Identity.count({ where: { id: planted.ownIdentity.id } })),
    'identity linked on an unknown device': await factor(Identity.count({ where: { id: planted.theirIdentity.id } })),
    'consent to an application': await exists(Consent.count({ where: { userId } })),
    'queued mail': await exists(Mail.count()),
  }
  for (const [thing, link] of Object.entries(planted.links))
    seen[thing] = await exists(OneTimeLink.count({ where: { ...link, usedAt: null, expires: now } }))
  const { browser, token } = planted.byEmail
  seen['email to sign in with'] = await works(browser.post('/auth/login/email/link').send({ token }))
  const code = planted.codes.at(-1) ?? codeOf(planted.secret)
  const answer = await planted.waiting.post('/auth/second-factor').send({ recoveryCode: code })
  seen['pending sign-in'] = answer.status === 200 ? 'stays' : 'ends'
  return seen
}

test.each(EVENTS)('7.4.3 what is left after: %s', async event => {
  const planted = await plant(event)
  await HAPPEN[event](planted)
  const expected = Object.fromEntries(THINGS.map(thing => [thing, fateOf(thing, event)]))
  expect(await observe(planted)).toEqual(expected)
})

test('docs/security.md has this table', async () => {
  const page = await readFile('docs/security.md', 'utf8')
  expect(page).toContain(documented().join('\n'))
})

test('every table, cookie and kind of link is in it', async () => {
  const tables = await server.deps.database.sequelize.getQueryInterface().showAllTables()
  const names = tables.map(table => (typeof table === 'string' ? table : (table as { tableName: string }).tableName))
  expect(names.filter(name => !Object.hasOwn(TABLES, name))).toEqual([])
  expect([...LINK_PURPOSES].filter(purpose => !Object.hasOwn(LINKS, purpose))).toEqual([])
  const files = [...globSync('src/**/*.ts'), ...globSync('routes/**/*.ts'), ...globSync('configs/**/*.ts')]
  const setting: string[] = []
  for (const file of files)
    for (const [, name] of (await readFile(file, 'utf8')).matchAll(/\bres\.cookie\((\w+\([^)]*\)|[^,]+),/g))
      setting.push(`${file}: ${name}`)
  expect(setting.sort()).toEqual(Object.keys(COOKIES).sort())
  for (const thing of [...Object.values(TABLES), ...Object.values(COOKIES), ...Object.values(LINKS)])
    expect(['none', ...THINGS]).toContain(thing)
})
