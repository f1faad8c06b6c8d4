import supertest from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AUDIT_EVENTS, type AuditEvent, AuditEventRow } from '../../models/audit-event.ts'
import { AuthenticatorFailures } from '../../models/authenticator-failures.ts'
import { Client } from '../../models/client.ts'
import { User } from '../../models/user.ts'
import { MOST_FAILURES } from '../../src/factors/failures.ts'
import { linkIdentity } from '../../src/federation/identities.ts'
import { type ApiClient, apiClient, grant } from '../support/api-client.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { settingsOf } from '../support/cli-process.ts'
import { enrolTotp, wrongCode } from '../support/enrol.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'
import { mailFor } from '../support/waiting-mails.ts'

const NEW_PASSWORD = 'four hundred paper boats sail'

let server: TestServer
let admin: ApiClient
beforeAll(async () => {
  server = await startServer({
    MAIL_LIMIT_ADDRESS: '4',
    LOGIN_LIMIT_ACCOUNT_CLIENT: '3',
    SIGN_IN_WITH: 'password,passkey,email',
  })
  await server.register(BOB)
  await grant(BOB, 'admin')
  admin = await apiClient(server, BOB)
})
afterAll(() => server.close())

const post = (at: string, body: object) => supertest(server.url).post(at).send(body)
const idOf = async (email: string) => (await User.findOne({ where: { email }, rejectOnEmpty: true })).id
const cli = (...args: string[]) => cliHere(settingsOf(server)).run(args)

let people = 0
/** Somebody who has just registered and signed in. */
async function somebody() {
  const person = { ...ADA, email: `person${people++}@example.org` }
  await server.register(person)
  const { browser } = await server.signIn(person)
  return { ...person, browser, id: await idOf(person.email) }
}

async function linkedPerson() {
  const { browser, id: userId } = await somebody()
  const { body } = await browser.get('/auth/session').expect(200)
  const profile = { provider: 'corp', issuer: 'https://corp.example', subject: userId, accountName: 'x', name: 'X' }
  const claims = { email: null, emailVerified: false, roles: [], hasSecondFactor: false, provenAt: null, sid: null }
  const asking = { userId, sessionId: body.session.id }
  await linkIdentity(server.deps, asking, { ...profile, ...claims }, { isOwners: false })
  const [identity] = (await browser.get('/auth/identities').expect(200)).body.items
  return { browser, id: identity.id }
}

/** Each does something that the log must have; nothing else in this file records. */
const DEEDS: Partial<Record<AuditEvent, () => Promise<unknown>>> = {
  user_created: () => somebody(),
  authn_login_success: () => somebody(),
  authn_login_fail: () => post('/auth/login', { email: BOB.email, password: 'no password of anybody' }),
  authn_login_lock: async () => {
    const { id, email } = await somebody()
    await AuthenticatorFailures.create({ userId: id, authenticator: 'password', failures: MOST_FAILURES - 1 } as never)
    await post('/auth/login', { email, password: 'no password of anybody' })
  },
  authn_login_unlock: async () => cli('user', 'unlock', (await somebody()).email),
  authn_second_factor_fail: async () => {
    const { browser, ...person } = await somebody()
    const { secret } = await enrolTotp(browser)
    const other = await server.signIn(person)
    await other.browser.post('/auth/second-factor').send({ code: wrongCode(secret) })
  },
  authn_reauthenticate_success: async () => {
    const { browser, password } = await somebody()
    await browser.post('/auth/reauthenticate').send({ password })
  },
  authn_reauthenticate_fail: async () => {
    await (await somebody()).browser.post('/auth/reauthenticate').send({ password: 'no password of anybody' })
  },
  authn_password_change: async () => {
    const { browser, password } = await somebody()
    await browser.post('/auth/change-password').send({ currentPassword: password, newPassword: NEW_PASSWORD })
  },
  authn_password_change_fail: async () => {
    const body = { currentPassword: 'no password of anybody', newPassword: NEW_PASSWORD }
    await (await somebody()).browser.post('/auth/change-password').send(body)
  },
  authn_email_request: async () => {
    const { email } = await somebody()
    await post('/auth/login/email', { email })
    await mailFor(server, email, 'sign-in')
  },
  authn_password_reset_request: async () => {
    const { email } = await somebody()
    await post('/auth/forgot-password', { email })
    await mailFor(server, email, 'reset-password')
  },
  authn_password_reset: async () => {
    const { email } = await somebody()
    await post('/auth/forgot-password', { email })
    const { token } = await mailFor(server, email, 'reset-password')
    await post('/auth/reset-password', { token, password: NEW_PASSWORD })
  },
  authn_password_reset_fail: () => post('/auth/reset-password', { token: 'no-token', password: NEW_PASSWORD }),
  authn_factor_added: async () => enrolTotp((await somebody()).browser),
  authn_recovery_codes_issued: async () => enrolTotp((await somebody()).browser),
  authn_factor_removed: async () => {
    const { browser } = await somebody()
    await enrolTotp(browser)
    await browser.delete('/auth/totp')
  },
  authn_identity_linked: async () => linkedPerson(),
  authn_identity_unlinked: async () => {
    const { browser, id } = await linkedPerson()
    await browser.delete(`/auth/identities/${id}`).expect(200)
  },
  authn_recovery_code_used: () => signInByRecoveryCode(),
  authn_device_trusted: () => signInByRecoveryCode(),
  authn_device_forgotten: async () => (await signInByRecoveryCode()).delete('/auth/devices'),
  authn_token_created: () => newToken(),
  authn_token_revoked: async () => {
    const { browser, token } = await newToken()
    await browser.delete(`/auth/tokens/${token.id}`)
  },
  authn_token_reported: async () => post('/auth/tokens/report', { token: (await newToken()).token.token }),
  consent_granted: () => allowApplication(),
  consent_withdrawn: async () => {
    const { browser, clientId } = await allowApplication()
    await browser.delete(`/auth/applications/${clientId}`).expect(200)
  },
  session_ended: async () => (await somebody()).browser.post('/auth/logout'),
  user_updated: async () => (await somebody()).browser.patch('/auth/profile').send({ name: 'Ada King' }),
  user_email_verified: async () => {
    const { email, browser } = await somebody()
    await browser.post('/auth/verify-email').send({ token: (await mailFor(server, email, 'verify-email')).token })
  },
  user_email_change_request: () => changeOfAddress(),
  user_email_change_cancelled: async () => (await changeOfAddress()).browser.delete('/auth/change-email').expect(200),
  user_email_changed: () => changedAddress(),
  user_email_change_undone: async () => {
    const { email } = await changedAddress()
    await post('/auth/undo-email-change', { token: (await mailFor(server, email, 'email-changed')).token })
  },
  user_data_exported: async () => (await somebody()).browser.get('/auth/export'),
  user_reported_misuse: async () => {
    const { email } = await changeOfAddress()
    await post('/auth/not-me', { token: (await mailFor(server, email, 'email-change-requested')).token })
  },
  user_invited: () => admin.send('post', '/users').send({ email: 'invited@example.org' }),
  user_invitation_withdrawn: async () => {
    await admin.send('post', '/users').send({ email: 'withdrawn@example.org' })
    const { body } = await admin.send('get', '/invitations').expect(200)
    await admin.send('delete', `/invitations/${body.items[0].id}`)
  },
  user_disabled: async () => admin.send('post', `/users/${(await somebody()).id}/disable`),
  user_enabled: async () => {
    const { id } = await somebody()
    await admin.send('post', `/users/${id}/disable`)
    await admin.send('post', `/users/${id}/enable`)
  },
  user_deleted: async () => admin.send('delete', `/users/${(await somebody()).id}`),
  privilege_permissions_changed: async () => admin.send('put', `/users/${(await somebody()).id}/roles/admin`),
  authz_fail: async () => (await apiClient(server, await somebody())).send('get', '/users'),
  malicious_extraneous: async () =>
    (await somebody()).browser.patch('/auth/profile').send({ name: 'Ada', isAdmin: true }),
  authn_login_fail_max: async () => {
    const { email } = await somebody()
    for (let tries = 0; tries < 4; tries++) await post('/auth/login', { email, password: 'no password of anybody' })
  },
  excess_rate_limit_exceeded: async () => {
    const { browser } = await somebody()
    for (let tries = 0; tries < 5; tries++) await browser.post('/auth/change-email').send({ email: 'ada@new.example' })
  },
  client_created: () => newClient(),
  client_updated: async () =>
    admin
      .send('patch', `/clients/${await newClient()}`)
      .set('If-Match', '*')
      .send({ disabled: true }),
  client_deleted: async () => admin.send('delete', `/clients/${await newClient()}`),
  client_secret_added: () => newClientSecret(),
  client_secret_removed: async () => admin.send('delete', await newClientSecret()),
  sys_signing_key_rotated: () => cli('keys', 'rotate'),
  sys_signing_key_retired: async () => {
    const { stdout } = await cli('keys', 'list')
    const old = stdout.split('\n')[1]?.split(/\s+/)[0] ?? ''
    await cli('keys', 'rotate')
    await cli('keys', 'retire', old)
  },
}

async function signInByRecoveryCode() {
  const { browser, ...person } = await somebody()
  const { recoveryCodes } = await enrolTotp(browser)
  const { browser: other } = await server.signIn(person)
  await other.post('/auth/second-factor').send({ recoveryCode: recoveryCodes[0], rememberDevice: true }).expect(200)
  return other
}

/** Somebody who has just allowed an application what it asked for. */
async function allowApplication() {
  const { browser } = await somebody()
  const clientId = `wiki${people}`
  const redirect_uri = 'https://wiki.example.org/'
  const client = { id: clientId, name: 'Wiki', authMethod: 'none' as const, redirectUris: [redirect_uri] }
  const lists = { postLogoutRedirectUris: [], grantTypes: ['authorization_code'], ownScopes: [], resourceScopes: [] }
  await Client.create({ ...client, ...lists, scopes: ['openid'] })
  const code_challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
  const query = {
    client_id: clientId,
    response_type: 'code',
    scope: 'openid',
    code_challenge,
    code_challenge_method: 'S256',
  }
  const asked = await browser
    .get('/oidc/auth')
    .query({ ...query, redirect_uri })
    .expect(303)
  const page = asked.headers.location?.replace('/authorize/', '/auth/interactions/') ?? ''
  await browser.post(page).send({ decision: 'allow' }).expect(200)
  return { browser, clientId }
}

async function newToken() {
  const { browser } = await somebody()
  const { body } = await browser.post('/auth/tokens').send({ name: 'backup', scopes: [] }).expect(201)
  return { browser, token: body as { id: string; token: string } }
}

async function newClient(): Promise<string> {
  const client = { name: 'Wiki', redirectUris: ['https://wiki.example.org/callback'] }
  return (await admin.send('post', '/clients').send(client).expect(201)).body.id
}

async function newClientSecret() {
  const path = `/clients/${await newClient()}/secrets`
  const { body } = await admin.send('post', path).send({ expiresInDays: 90 }).expect(201)
  return `${path}/${body.id}`
}

async function changeOfAddress() {
  const person = await somebody()
  const newEmail = `new-${person.email}`
  await person.browser.post('/auth/change-email').send({ email: newEmail }).expect(202)
  return { ...person, newEmail }
}

async function changedAddress() {
  const change = await changeOfAddress()
  const { token } = await mailFor(server, change.newEmail, 'confirm-new-email')
  await post('/auth/confirm-email', { token }).expect(200)
  return change
}

/** Recorded while no server runs: test/maintenance/backup.test.ts. */
const OFFLINE: AuditEvent[] = ['sys_database_restored']

test.each(AUDIT_EVENTS.filter(event => !OFFLINE.includes(event)))('16.3.1 %s is recorded', async event => {
  const deed = DEEDS[event]
  expect(deed, 'nothing in this file does it').toBeDefined()
  const before = await AuditEventRow.count({ where: { event } })
  await deed?.()
  expect(await AuditEventRow.count({ where: { event } })).toBeGreaterThan(before)
})
