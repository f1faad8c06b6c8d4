import supertest from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AuditEventRow } from '../../models/audit-event.ts'
import { User } from '../../models/user.ts'
import { ListedUserSchema } from '../../routes/schemas.ts'
import { countRows } from '../../src/administration/count.ts'
import { type ApiClient, apiClient, grant } from '../support/api-client.ts'
import { enrolTotp } from '../support/enrol.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'
import { mailFor, noMails, waitingMails } from '../support/waiting-mails.ts'

const EVE = { email: 'eve@example.org', name: 'Eve', password: 'nine copper kettles whistling' }
const NOBODY = '00000000-0000-4000-8000-000000000000'

const cursor = (...position: unknown[]) => Buffer.from(JSON.stringify(position)).toString('base64url')

let server: TestServer
let admin: ApiClient
let bob: User
beforeAll(async () => {
  server = await startServer({ HASH_QUEUE: '100' })
  await server.register()
  await grant(ADA, 'admin')
  admin = await apiClient(server, ADA)
})
afterAll(() => server.close())
beforeEach(async () => {
  await User.destroy({ where: { email: [BOB.email, EVE.email] } })
  await server.register({ ...BOB, username: 'bob' })
  bob = await User.findOne({ where: { email: BOB.email }, rejectOnEmpty: true })
  await noMails()
})

describe('listing users', () => {
  const list = (query = '') => admin.send('get', `/users${query}`)
  const emails = async (query: string) =>
    (await list(query).expect(200)).body.items.map(({ email }: { email: string }) => email)

  async function walk(query: string) {
    const seen: string[] = []
    for (let cursor = ''; ; ) {
      const { body } = await list(`?${query}${cursor}`).expect(200)
      seen.push(...body.items.map(({ email }: { email: string }) => email))
      if (body.next === null) return seen
      cursor = `&cursor=${body.next}`
    }
  }

  test('gives one page by address, each in its public form', async () => {
    const { body } = await list().expect(200)
    expect(body.next).toBeNull()
    expect(body.items.map((item: unknown) => ListedUserSchema.parse(item).email)).toEqual([ADA.email, BOB.email])
  })

  test('goes on by cursor through a thousand rows, in each order, and loses or repeats none', async () => {
    const disabledAt = new Date()
    const crowd = Array.from({ length: 1000 }, (_, index) => ({
      email: `crowd-${String(index).padStart(4, '0')}@example.org`,
      name: `Crowd member ${index % 3}`,
      username: null,
      passwordHash: null,
      disabledAt,
    }))
    await User.bulkCreate(crowd)
    const everybody = crowd.map(({ email }) => email)
    try {
      for (const sort of [
        'email',
        '-email',
        'name',
        '-name',
        'createdAt',
        '-createdAt',
        'lastSignInAt',
        '-lastSignInAt',
      ]) {
        const seen = await walk(`disabled=true&limit=97&sort=${sort}`)
        expect({ sort, seen: seen.toSorted() }).toEqual({ sort, seen: everybody })
        expect((await walk(`limit=97&sort=${sort}`)).toSorted()).toEqual([ADA.email, BOB.email, ...everybody].sort())
      }
      expect(await walk('disabled=true&limit=97&sort=-email')).toEqual(everybody.toReversed())
      for (const q of ['crowd', 'crowd m', 'member', '0', 'MEMBER%202'])
        expect({ q, seen: (await walk(`q=${q}&limit=97`)).toSorted() }).toMatchObject({
          q,
          seen: everybody.filter((_, index) =>
            q === '0' ? index % 3 === 0 : q === 'MEMBER%202' ? index % 3 === 2 : true,
          ),
        })
    } finally {
      await User.destroy({ where: { email: everybody } })
    }
  })

  test('with a filter that few fit, a page reads no more than its share, and going on finds them', async () => {
    const crowd = Array.from({ length: 2500 }, (_, index) => ({
      email: `crowd-${String(index).padStart(4, '0')}@example.org`,
      name: `Crowd ${String(index).padStart(4, '0')}`,
      username: null,
      passwordHash: null,
      disabledAt: index === 2400 ? new Date() : null,
    }))
    await User.bulkCreate(crowd)
    try {
      const { body } = await list('?q=crowd&disabled=true').expect(200)
      expect(body.items).toEqual([])
      expect(body.next).not.toBeNull()
      expect(await walk('q=crowd&disabled=true')).toEqual(['crowd-2400@example.org'])
    } finally {
      await User.destroy({ where: { email: crowd.map(({ email }) => email) } })
    }
  })

  test.each([
    ['how an address begins', '?q=bob@', [BOB.email]],
    ['how a name begins', '?q=ada%20lov', [ADA.email]],
    ['how a later word of a name begins, in another case', '?q=LOVELACE', [ADA.email]],
    ['a username', '?q=bo', [BOB.email]],
    ['accents left out or written', '?q=lov%C3%A9', [ADA.email]],
    ['the middle of a word', '?q=ovelace', []],
    ['nothing that matches', '?q=zzz', []],
    ['what LIKE would take for anything', '?q=%25', []],
    ['what LIKE would take for one character', '?q=_da', []],
    ['what would end the string', "?q='", []],
    ['a role', '?role=admin', [ADA.email]],
    ['a role that most have', '?role=user', [BOB.email, ADA.email]],
    ['an unknown role', '?role=nobody-has-it', []],
    ['a role and a state', '?role=admin&disabled=true', []],
    ['a role and a text', '?role=user&q=ada', [ADA.email]],
    ['a confirmed address', '?confirmed=true', []],
    ['an address that is not confirmed', '?confirmed=false', [BOB.email, ADA.email]],
    ['no second factor', '?secondFactor=false', [BOB.email, ADA.email]],
    ['a second factor', '?secondFactor=true', []],
    ['a second factor and a text', '?secondFactor=false&q=ada', [ADA.email]],
    ['a second factor and a state', '?secondFactor=false&disabled=true', []],
    ['only enabled', '?disabled=false', [ADA.email, BOB.email]],
    ['only disabled', '?disabled=true', []],
  ])('1.2.9 filters by %s', async (_what, query, expected) => {
    expect(await emails(query)).toEqual(expected)
  })

  test('shows and sorts by the last sign-in; whoever never signed in comes last', async () => {
    await server.register(EVE)
    const never = { email: 'never@example.org', name: 'Never', passwordHash: null, username: null }
    await User.create(never)
    try {
      for (const person of [BOB, ADA, EVE]) await server.signIn(person)
      expect(await emails('?sort=-lastSignInAt')).toEqual([EVE.email, ADA.email, BOB.email, never.email])
      expect(await emails('?sort=lastSignInAt')).toEqual([BOB.email, ADA.email, EVE.email, never.email])
      expect((await walk('sort=-lastSignInAt&limit=1')).length).toBe(4)
      const { body } = await list('?sort=-lastSignInAt').expect(200)
      expect(Date.now() - Date.parse(body.items[0].lastSignInAt)).toBeLessThan(60_000)
      expect(body.items[3].lastSignInAt).toBeNull()
    } finally {
      await User.destroy({ where: { email: never.email } })
    }
  })

  test('follows each change of second factors', async () => {
    const { browser } = await server.signIn(BOB)
    await browser.post('/auth/totp').expect(200)
    expect(await emails('?secondFactor=true')).toEqual([])
    await enrolTotp(browser)
    expect(await emails('?secondFactor=true')).toEqual([BOB.email])
    expect((await list('?q=bob').expect(200)).body.items[0].secondFactor).toBe(true)
    await admin.send('delete', `/users/${bob.id}/factors`).expect(200)
    expect(await emails('?secondFactor=true')).toEqual([])
  })

  test('a search follows each change of name, address and username', async () => {
    await User.update({ name: 'Roberta \u00c5ngstr\u00f6m' }, { where: { id: bob.id } })
    expect(await emails('?q=angstr')).toEqual([BOB.email])
    expect(await emails('?q=kahn')).toEqual([])
    await bob.update({ username: 'bertie', email: 'roberta@example.org' })
    expect(await emails('?q=bertie')).toEqual(['roberta@example.org'])
    expect(await emails('?q=bob')).toEqual([])
    await bob.destroy()
    expect(await server.rows(`SELECT 1 FROM "UserSearchKeys" WHERE "userId" = '${bob.id}'`)).toEqual([])
  })

  test.each([
    '?limit=0',
    '?limit=101',
    '?limit=x',
    '?sort=passwordHash',
    '?cursor=x',
    '?cursor=WzEsMl0',
    `?cursor=${cursor('ada@example.org', 'no-uuid')}`,
    `?cursor=${cursor('a\0b', NOBODY)}`,
    `?sort=createdAt&cursor=${cursor('ada@example.org', NOBODY)}`,
    `?role=admin&cursor=${cursor('ada@example.org', NOBODY)}`,
    "?role='%20OR%201=1",
    '?q=a%00',
    '?q=',
    '?q=ada&sort=name',
    '?role=admin&sort=name',
    '?secondFactor=true&sort=name',
    '?confirmed=false&sort=name',
    '?confirmed=x',
    `?sort=lastSignInAt&cursor=${cursor('ada@example.org', NOBODY)}`,
    '?disabled=1',
    '?x=1',
    '?limit=1&limit=2',
  ])('2.2.1 15.3.7 refuses %s', async query => {
    expectProblem(await list(query), 422, 'validation_failed')
  })
})

describe('the total of the list', () => {
  const total = async (query: string) => (await admin.send('get', `/users?limit=1${query}`).expect(200)).body.total

  test('counts who is in it, on every page', async () => {
    await User.update({ emailVerifiedAt: new Date() }, { where: { email: ADA.email } })
    await enrolTotp((await server.signIn(BOB)).browser)
    await User.update({ disabledAt: new Date() }, { where: { id: bob.id } })
    const { body } = await admin.send('get', '/users?limit=1').expect(200)
    const expected = {
      '': 2,
      '&sort=-name': 2,
      [`&cursor=${body.next}`]: 2,
      '&disabled=true': 1,
      '&role=user': 2,
      '&role=admin': 1,
      '&role=nobody': 0,
      '&confirmed=false': 1,
      '&secondFactor=true': 1,
      '&secondFactor=false': 1,
    }
    for (const [query, count] of Object.entries(expected)) expect([query, await total(query)]).toEqual([query, count])
  })

  test('is unknown where only reading them one by one would tell', async () => {
    const unknown = ['&q=ada', '&disabled=false', '&confirmed=true', '&disabled=true&secondFactor=false']
    expect(await Promise.all(unknown.map(total))).toEqual([null, null, null, null])
  })

  test('stops after 10,001', async () => {
    const numbers = (most: number) =>
      `(WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ${most}) SELECT x FROM n) AS "numbers"`
    expect(await countRows(server.deps.sequelize, numbers(9999))).toBe(9999)
    expect(await countRows(server.deps.sequelize, numbers(12_000))).toBe(10_001)
  })
})

describe('one user', () => {
  test('is read with a tag, and changed only with it', async () => {
    const path = `/users/${bob.id}`
    const { headers, body } = await admin.send('get', path).expect(200)
    expect(body.email).toBe(BOB.email)
    expectProblem(await admin.send('patch', path).send({ name: 'Robert' }), 428, 'precondition_required')
    const change = (name: string, tag: string) => admin.send('patch', path).set('If-Match', tag).send({ name })
    const changed = await change('Robert', headers.etag ?? '').expect(200)
    expect(changed.body.name).toBe('Robert')
    expect(changed.headers.etag).not.toBe(headers.etag)
    expectProblem(await change('Bobby', headers.etag ?? ''), 412, 'precondition_failed')
    await change('Bobby', changed.headers.etag ?? '').expect(200)
  })

  test('records which fields a change touched, also when the others are sent along', async () => {
    const { name } = await bob.reload()
    const change = (body: object) => admin.send('patch', `/users/${bob.id}`).set('If-Match', '*').send(body).expect(200)
    await change({ name, username: 'bobby' })
    await change({ name: 'Robert', username: 'bobby', language: 'nl' })
    await change({ name, username: null })
    const rows = await AuditEventRow.findAll({ where: { event: 'user_updated' }, order: [['seq', 'DESC']], limit: 3 })
    expect(rows.map(({ details }) => JSON.parse(details))).toEqual([
      { fields: ['name', 'username'] },
      { fields: ['name', 'language'] },
      { fields: ['username'] },
    ])
  })

  test('15.4.2 of parallel changes of one version one is made', async () => {
    const { headers } = await admin.send('get', `/users/${bob.id}`).expect(200)
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        admin
          .send('patch', `/users/${bob.id}`)
          .set('If-Match', headers.etag ?? '')
          .send({ name: `Bob ${index}` }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(11).fill(412)])
  })

  test('15.3.3 takes no field but name and user name', async () => {
    const { headers } = await admin.send('get', `/users/${bob.id}`).expect(200)
    for (const field of [
      'password',
      'passwordHash',
      'email',
      'emailVerified',
      'roles',
      'disabled',
      'id',
      'createdAt',
    ]) {
      const body = { name: 'Robert', [field]: 'x' }
      const change = admin.send('patch', `/users/${bob.id}`).set('If-Match', headers.etag ?? '')
      expectProblem(await change.send(body), 422, 'validation_failed')
    }
    expect((await bob.reload()).name).toBe(BOB.name)
  })

  test('that is not there is 404 everywhere', async () => {
    const tries = [
      admin.send('get', `/users/${NOBODY}`),
      admin.send('patch', `/users/${NOBODY}`).set('If-Match', '*').send({ name: 'X' }),
      admin.send('delete', `/users/${NOBODY}`),
      admin.send('post', `/users/${NOBODY}/disable`),
      admin.send('post', `/users/${NOBODY}/enable`),
      admin.send('post', `/users/${NOBODY}/reset`),
      admin.send('get', `/users/${NOBODY}/sessions`),
      admin.send('delete', `/users/${NOBODY}/sessions`),
      admin.send('put', `/users/${NOBODY}/roles/user`),
      admin.send('put', `/users/${bob.id}/roles/no-such-role`),
      admin.send('delete', `/users/${bob.id}/sessions/${NOBODY}`),
    ]
    for (const each of tries) expectProblem(await each, 404, 'not_found')
  })

  test('a user name that somebody has is refused', async () => {
    await server.register({ ...EVE, username: 'eve' })
    const change = admin.send('patch', `/users/${bob.id}`).set('If-Match', '*').send({ username: 'EVE' })
    expectProblem(await change, 409, 'account_exists')
  })
})

describe('7.4.2 8.3.2 what an administrator does counts at the very next request', () => {
  test('disable and enable', async () => {
    const { browser } = await server.signIn(BOB)
    const client = await apiClient(server, BOB)
    const { body } = await admin.send('post', `/users/${bob.id}/disable`).expect(200)
    expect(body.sessionsEnded).toBe(2)
    expect((await browser.get('/auth/session')).body).toMatchObject({ status: 401, reason: 'disabled' })
    await client.send('get', '/me').expect(401)
    await supertest(server.url).post('/auth/login').send(BOB_LOGIN).expect(401)
    await admin.send('post', `/users/${bob.id}/enable`).expect(200)
    await server.signIn(BOB)
  })

  test('a role given and taken', async () => {
    const before = await apiClient(server, BOB)
    await before.send('get', '/users').expect(403)
    await admin.send('put', `/users/${bob.id}/roles/admin`).expect(204)
    // A token gains nothing that it was not issued with; the next one has it.
    await before.send('get', '/users').expect(403)
    const client = await apiClient(server, BOB)
    await client.send('get', '/users').expect(200)
    await admin.send('delete', `/users/${bob.id}/roles/admin`).expect(204)
    await client.send('get', '/users').expect(403)
  })

  test('sessions listed and ended, one or all', async () => {
    const [first, second] = [await server.signIn(BOB), await server.signIn(BOB)]
    const { body } = await admin.send('get', `/users/${bob.id}/sessions`).expect(200)
    expect(body.items).toHaveLength(2)
    await admin.send('delete', `/users/${bob.id}/sessions/${body.items[0].id}`).expect(204)
    const alive = [await first.browser.get('/auth/session'), await second.browser.get('/auth/session')]
    expect(alive.map(({ status }) => status).sort()).toEqual([200, 401])
    expect((await admin.send('delete', `/users/${bob.id}/sessions`).expect(200)).body.sessionsEnded).toBe(1)
    for (const { browser } of [first, second]) await browser.get('/auth/session').expect(401)
    const events = await AuditEventRow.findAll({ where: { event: 'session_ended', userId: bob.id }, order: ['seq'] })
    expect(events.map(({ details }) => JSON.parse(details))).toEqual([
      { reason: 'admin' },
      { reason: 'admin', ended: 1 },
    ])
  })

  test('deletion', async () => {
    const { browser } = await server.signIn(BOB)
    const client = await apiClient(server, BOB)
    await admin.send('delete', `/users/${bob.id}`).expect(204)
    await browser.get('/auth/session').expect(401)
    await client.send('get', '/me').expect(401)
    await admin.send('get', `/users/${bob.id}`).expect(404)
  })
})

describe('6.4.6 an administrator never sees or sets a password', () => {
  test('an invitation goes by mail; who opens it makes the account, verified', async () => {
    const answer = await admin.send('post', '/users').send({ email: EVE.email }).expect(202)
    const { token } = await mailFor(server, EVE.email, 'invitation')
    expect(answer.text).not.toContain(token)
    const registration = { ...EVE, invitation: token }
    const { body } = await supertest(server.url).post('/auth/register').send(registration).expect(201)
    expect(body.emailVerified).toBe(true)
    expectProblem(await admin.send('post', '/users').send({ email: EVE.email }), 409, 'account_exists')
  })

  test('a reset goes to the owner, and ends nothing before it is used', async () => {
    const { browser } = await server.signIn(BOB)
    const answer = await admin.send('post', `/users/${bob.id}/reset`).expect(202)
    const { token } = await mailFor(server, BOB.email, 'reset-password')
    expect(answer.text).not.toContain(token)
    await browser.get('/auth/session').expect(200)
    await User.update({ disabledAt: new Date() }, { where: { id: bob.id } })
    expectProblem(await admin.send('post', `/users/${bob.id}/reset`), 409, 'conflict')
  })

  test('a password in an invitation is refused', async () => {
    const answer = await admin.send('post', '/users').send({ email: EVE.email, password: EVE.password })
    expectProblem(answer, 422, 'validation_failed')
    expect(await waitingMails(server)).toEqual([])
  })
})

describe('the last administrator', () => {
  test('can be neither disabled, deleted nor stripped of the role', async () => {
    const { id } = await User.findOne({ where: { email: ADA.email }, rejectOnEmpty: true })
    const tries = [
      admin.send('post', `/users/${id}/disable`),
      admin.send('delete', `/users/${id}`),
      admin.send('delete', `/users/${id}/roles/admin`),
    ]
    for (const each of tries) expectProblem(await each, 409, 'last_administrator')
    await admin.send('get', '/users').expect(200)
  })

  test('2.3.4 two requests at once that would remove both leave one', async () => {
    await grant(BOB, 'admin')
    const second = await apiClient(server, BOB)
    const ada = await User.findOne({ where: { email: ADA.email }, rejectOnEmpty: true })
    const answers = await Promise.all([
      admin.send('delete', `/users/${bob.id}/roles/admin`),
      second.send('delete', `/users/${ada.id}/roles/admin`),
    ])
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    const left = await server.rows(`SELECT 1 FROM "UserRoles" JOIN "Roles" ON "id" = "roleId" WHERE "name" = 'admin'`)
    expect(left).toHaveLength(1)
    await grant(ADA, 'admin')
    server.deps.store.forgetAll()
  })
})

describe('8.2.1 nobody reaches beyond their own permissions', () => {
  test('who may only manage users works on no administrator, and grants nothing', async () => {
    const helpdesk = { name: 'helpdesk', description: 'Manages users', permissions: ['users:read', 'users:write'] }
    await admin.send('post', '/roles').send(helpdesk).expect(201)
    await admin.send('put', `/users/${bob.id}/roles/helpdesk`).expect(204)
    await server.register(EVE)
    const eve = await User.findOne({ where: { email: EVE.email }, rejectOnEmpty: true })
    const ada = await User.findOne({ where: { email: ADA.email }, rejectOnEmpty: true })
    const client = await apiClient(server, BOB)
    for (const path of [`/users/${ada.id}/disable`, `/users/${ada.id}/reset`])
      expectProblem(await client.send('post', path), 403, 'forbidden')
    expectProblem(await client.send('delete', `/users/${ada.id}`), 403, 'forbidden')
    expectProblem(await client.send('put', `/users/${bob.id}/roles/admin`), 403, 'forbidden')
    await client.send('post', `/users/${eve.id}/disable`).expect(200)
    await admin.send('delete', '/roles/helpdesk').expect(204)
    await client.send('get', '/users').expect(403)
  })
})

const BOB_LOGIN = { email: BOB.email, password: BOB.password }
