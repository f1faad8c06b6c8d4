import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyChain } from '../../src/audit/verify.ts'
import { reseal } from '../../src/encryption/reseal.ts'
import { Authenticator } from '../support/authenticator.ts'
import { askWith } from '../support/bearer.ts'
import { codeOf } from '../support/enrol.ts'
import { cookiesOf, startServer, type TestDatabase, type TestServer } from '../support/harness.ts'
import { type Mailbox, startMailbox } from '../support/mailbox.ts'
import { type Fixture, restoreFixture } from './upgrade/fixture.ts'

const NEW_PASSWORD = 'nine patient otters in a canoe'

/** What stands in it: test/configs/upgrade/0.1.0/make.ts. What one test uses up, no other needs. */
describe.each(['0.1.0'])('a filled database of %s works on after the upgrade', release => {
  let database: TestDatabase
  let fixture: Fixture
  let server: TestServer
  let mailbox: Mailbox
  beforeAll(async () => {
    ;({ database, fixture } = await restoreFixture(release))
    mailbox = await startMailbox()
    server = await startServer({ ...fixture.settings, ...mailbox.settings }, database)
  })
  afterAll(async () => {
    await server?.stop()
    await mailbox?.close()
    await database?.drop()
  })

  const address = (name: string) => `${name}@example.org`
  const get = (path: string, cookie: string) => supertest(server.url).get(path).set('Cookie', cookie)
  const logIn = (name: string, password = fixture.password) =>
    server
      .agent()
      .post('/auth/login')
      .send({ email: address(name), password })
  const open = (path: string, body: object) => supertest(server.url).post(path).send(body)
  const whoIs = async (cookie: string) => (await get('/auth/session', cookie).expect(200)).body.user.email

  test('the migrations that came since are applied', async () => {
    expect(await server.deps.migrator.pending()).toEqual([])
    await supertest(server.url).get('/readyz').expect(200)
  })

  test('live sessions live on, remembered ones too, and those signed by the older secret', async () => {
    const { cookies } = fixture
    expect(await whoIs(cookies.root)).toBe(address('root'))
    expect(await whoIs(cookies.moving)).toBe(address('moving'))
    for (const cookie of [cookies.paulRemembered, cookies.paulAgain]) {
      const answer = await get('/auth/session', cookie).expect(200)
      expect(answer.body.user.email).toBe(address('paul'))
      const expires = Date.parse(answer.body.session.expires)
      expect(expires).toBeGreaterThan(Date.now() + 20 * 24 * 3600_000)
    }
    expect(await whoIs(cookies.piaRemembered)).toBe(address('pia'))
    await get('/auth/profile', cookies.piaRemembered).expect(200)
  })

  test('a session that was signed out stays dead', async () => {
    await get('/auth/session', fixture.cookies.ended).expect(401)
  })

  test('passwords sign in, by address and by user name', async () => {
    await logIn('made').expect(200)
    const { password } = fixture
    await server.agent().post('/auth/login').send({ username: 'paul', password }).expect(200)
  })

  test('a disabled account stays out, and a deleted one is gone', async () => {
    await logIn('disabled').expect(401)
    await logIn('gone').expect(401)
  })

  test('failures that were counted are not forgotten', async () => {
    const rows = await server.rows<{ failures: number }>('SELECT "failures" FROM "AuthenticatorFailures"')
    expect(rows.map(({ failures }) => failures)).toContain(5)
  })

  test('a sign-in that waited for its second factor is finished by the app, and a recovery code works once', async () => {
    const finish = (body: object) => open('/auth/second-factor', body).set('Cookie', fixture.cookies.pending)
    await finish({ code: codeOf(fixture.app.secret) }).expect(200)

    const browser = server.agent()
    const email = address('root')
    const { body } = await browser.post('/auth/login').send({ email, password: fixture.password }).expect(200)
    expect(body.secondFactor.methods).toContain('totp')
    const [recoveryCode] = fixture.app.recoveryCodes
    await browser.post('/auth/second-factor').send({ recoveryCode }).expect(200)
    const again = server.agent()
    await again.post('/auth/login').send({ email, password: fixture.password }).expect(200)
    await again.post('/auth/second-factor').send({ recoveryCode }).expect(422)
  })

  test('the trusted device stands for the second factor, and another does not', async () => {
    const { body } = await logIn('root').set('Cookie', fixture.devices.trustedOfRoot).expect(200)
    expect(body.secondFactor).toBeUndefined()
    expect(body.user.email).toBe(address('root'))
    const elsewhere = await logIn('root').set('Cookie', fixture.devices.knownOfMoving).expect(200)
    expect(elsewhere.body.secondFactor.required).toBe(true)
  })

  test('a known device is recognised: no other one is remembered beside it', async () => {
    const devices = () =>
      server.rows(
        `SELECT d."id" FROM "Devices" d JOIN "Users" u ON u."id" = d."userId" WHERE u."email" = '${address('moving')}'`,
      )
    const before = await devices()
    await logIn('moving').set('Cookie', fixture.devices.knownOfMoving).expect(200)
    expect(await devices()).toHaveLength(before.length)
  })

  test('the passkey signs in alone, and the codes of who lost theirs do it after the password', async () => {
    const authenticator = new Authenticator(server.env.BASE_URL, 'up', fixture.passkey.credential)
    const browser = server.agent()
    const { body: options } = await browser.post('/auth/login/passkey/options').send({}).expect(200)
    const answer = await browser
      .post('/auth/login/passkey')
      .send({ credential: authenticator.get(options) })
      .expect(200)
    expect(answer.body.user.email).toBe(address('pia'))

    const other = server.agent()
    await other
      .post('/auth/login')
      .send({ email: address('codes'), password: fixture.password })
      .expect(200)
    await other.post('/auth/second-factor').send({ recoveryCode: fixture.recoveryCodes[0] }).expect(200)
  })

  test('personal tokens open what they opened, and the revoked one nothing', async () => {
    const { tokens } = fixture
    expect((await askWith(server, tokens.paul).expect(200)).body.user.email).toBe(address('paul'))
    await askWith(server, tokens.paul, '/api/v1/users').expect(403)
    const { body } = await askWith(server, tokens.root, '/api/v1/users?limit=100').expect(200)
    expect(body.items.map(({ email }: { email: string }) => email)).toContain(address('unverified'))
    await askWith(server, tokens.revoked).expect(401)
  })

  test('a role of the own makes its permissions count', async () => {
    await askWith(server, fixture.tokens.auditor, '/api/v1/audit-events').expect(200)
    await askWith(server, fixture.tokens.auditor, '/api/v1/roles').expect(403)
  })

  test('sealed signing keys open: a live session gets an access token that opens /api', async () => {
    const { body } = await open('/auth/token', {}).set('Cookie', fixture.cookies.paulAgain).expect(200)
    expect((await askWith(server, body.access_token).expect(200)).body.user.email).toBe(address('paul'))
    const { body: jwks } = await supertest(server.url).get('/.well-known/jwks.json').expect(200)
    expect(jwks.keys.length).toBeGreaterThan(0)
  })

  test('a mail that waited is delivered, though its link is over if it waited too long', async () => {
    const mail = await mailbox.next(address('paul'))
    expect(mail.subject).not.toBe('')
  })

  test('links of mails work: verify, invitation, reset', async () => {
    const { links } = fixture
    await open('/auth/verify-email', { token: links.unverified }).expect(200)
    const guest = { email: address('guest'), name: 'Guest', password: NEW_PASSWORD }
    await open('/auth/register', { ...guest, invitation: links.invitation }).expect(201)
    await open('/auth/reset-password', { token: links.reset, password: NEW_PASSWORD }).expect(200)
    await logIn('forgetful', NEW_PASSWORD).expect(200)
  })

  test('links of notices work: undo of a changed address, and "it was not me"', async () => {
    const { links } = fixture
    await open('/auth/undo-email-change', { token: links.undo }).expect(200)
    await mailbox.next(address('was'))
    await open('/auth/not-me', { token: links.notMe }).expect(200)
    await logIn('robbed').expect(401)
    await mailbox.next(address('robbed'))
  })

  test('the audit log is whole, under both keys, and grows', async () => {
    const { count } = await verifyChain(server.deps.sealer)
    expect(count).toBeGreaterThan(60)
  })

  test('what an older key sealed can be sealed under the newest', async () => {
    expect(await reseal(server.deps.database.sequelize, server.deps.sealer)).toBeGreaterThan(0)
    const newest = server.deps.sealer.keyIds[0] ?? ''
    const sealed = await server.rows<{ secret: string }>('SELECT "secret" FROM "TotpSecrets"')
    expect(sealed.every(({ secret }) => secret.startsWith(`v1.${newest}.`))).toBe(true)
  })

  test('the last thing one did before: signing out ends the session for good', async () => {
    const out = await open('/auth/logout', {}).set('Cookie', fixture.cookies.moving)
    expect(cookiesOf(out).get('connect.sid')?.value ?? '').toBe('')
    await get('/auth/session', fixture.cookies.moving).expect(401)
  })
})
