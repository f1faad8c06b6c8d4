import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Role } from '../../models/role.ts'
import { Session } from '../../models/session.ts'
import { User } from '../../models/user.ts'
import { disableUser, enableUser, grantRole, revokeRole } from '../../src/administration/administer.ts'
import { days } from '../../src/durations.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { cliFor, finished, refusal, settingsOf, type startCli } from '../support/cli-process.ts'
import { ADA, BOB, PASSWORD, startServer, type TestServer } from '../support/harness.ts'

const NEW_PASSWORD = 'nine patient otters in a canoe'

let server: TestServer
let cli: ReturnType<typeof cliHere>
let processes: ReturnType<typeof cliFor>
beforeAll(async () => {
  server = await startServer()
  await server.register(BOB)
  cli = cliHere(settingsOf(server))
  processes = cliFor(settingsOf(server))
})
afterAll(() => server.close())

const login = (email: string, password: string) => server.agent().post('/auth/login').send({ email, password })

test.each([
  ['sessions', 'No live sessions.'],
  ['token', 'No unexpired tokens.'],
])('an empty list of %s says so beside its heads', async (topic, note) => {
  const { code, stdout, stderr } = await cli.run([topic, 'list', BOB.email])
  expect({ code, stderr }).toEqual({ code: 0, stderr: `${note}\n` })
  expect(stdout).toMatch(/^ID +[^\n]+\n$/)
})

describe('user create', () => {
  const create = (email: string, ...more: string[]) => ['user', 'create', '--email', email, '--name', 'X', ...more]

  test('makes an account that signs in with the first line of standard input as its password', async () => {
    const roles = ['--role', 'user', '--role', 'admin']
    const made = await processes.run(
      create(' Ada@Example.org', '--language', 'de', ...roles),
      `${PASSWORD}\r\nthe second line`,
    )
    expect(made).toEqual({ code: 0, stdout: 'created ada@example.org (admin, user)\n', stderr: '' })
    const { body } = await login(ADA.email, PASSWORD).expect(200)
    expect(body.user).toMatchObject({ roles: ['admin', 'user'], language: 'de' })
  })

  test('refuses in one line what cannot be an account, and makes nothing', async () => {
    const refusals = await Promise.all([
      processes.run(create('x@example.org'), 'short'),
      cli.run(create('BOB@example.org'), PASSWORD),
      cli.run(create('x@example.org', '--role', 'root'), PASSWORD),
      cli.run(create('x@example.org', '--password', PASSWORD), PASSWORD),
      cli.run(create('x@example.org', '--language', 'xx'), PASSWORD),
    ])
    const wrongUsage = { code: 2, stdout: '', stderr: expect.stringContaining("unknown option '--password'") }
    expect(refusals).toEqual([
      refusal('at least 15 characters'),
      refusal('already'),
      refusal('Roles: admin, user'),
      wrongUsage,
      { code: 2, stdout: '', stderr: expect.stringContaining('--language') },
    ])
    expect(await User.count({ where: { email: 'x@example.org' } })).toBe(0)
  })
})

test('user list goes through everybody page by page, as JSON and as a table', async () => {
  await server.register({ email: 'carl@example.org', username: 'carl', name: 'Carl', password: PASSWORD })
  const first = await cli.run(['user', 'list', '--limit', '2', '--json'])
  const { users, next } = JSON.parse(first.stdout)
  expect(users.map((user: { email: string }) => user.email)).toEqual([ADA.email, BOB.email])
  const rest = await cli.run(['user', 'list', '--after', next, '--limit', '1'])
  expect(rest.stderr).toMatch(/^There are more: --after \w+\n$/)
  expect(rest.stdout.split('\n')).toEqual([
    expect.stringMatching(/^EMAIL +USERNAME +NAME +ROLES +STATE +CREATED$/),
    expect.stringMatching(/^carl@example.org +carl +Carl +user +enabled +[\d-]{10} [\d:]{8}Z$/),
    '',
  ])
})

const newcomers: { id: string; email: string; password: string }[] = []
beforeAll(async () => {
  for (let number = 0; number < 7; number++) {
    const person = { email: `newcomer${number}@example.org`, name: 'N', password: PASSWORD }
    const { body } = await server.register(person)
    newcomers.push({ ...person, id: body.id })
  }
})

/** Each test has an account of its own. */
function newcomer() {
  const person = newcomers.pop()
  if (!person) throw new Error('more newcomers are needed')
  return person
}

describe('sessions', () => {
  test('are listed by public id, and what a client called itself cannot command the terminal', async () => {
    const { id: userId, ...person } = newcomer()
    await server.signIn(person)
    await Session.update({ userAgent: 'red \u001b[31m\u009b31m\u202e', ip: '192.0.2.7' }, { where: { userId } })
    const { stdout } = await cli.run(['sessions', 'list', person.email])
    const [row] = await Session.findAll({ where: { userId } })
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^ID +CREATED +LAST SEEN +EXPIRES +ADDRESS +DEVICE$/),
      expect.stringMatching(`^${row?.publicId} .*Z  192.0.2.7  red \ufffd\\[31m\ufffd31m\ufffd$`),
      '',
    ])
    expect(stdout).not.toContain(row?.sid)
  })

  test('end one by one or all of a user at once, with a reason, and nobody else\u2019s', async () => {
    const [person, stranger] = [newcomer(), newcomer()]
    const [kept, ended] = [await server.signIn(person), await server.signIn(person)]
    const other = await server.signIn(stranger)
    const { id } = (await ended.browser.get('/auth/session').expect(200)).body.session
    const [notHers, one] = await Promise.all([
      cli.run(['sessions', 'end', stranger.email, '--id', id]),
      cli.run(['sessions', 'end', person.email, '--id', id]),
    ])
    expect(notHers).toEqual(refusal('has no live session'))
    expect(one).toEqual({ code: 0, stdout: 'sessions ended: 1\n', stderr: '' })
    await server.deps.channel.sync()
    expect((await ended.browser.get('/auth/session').expect(401)).body.reason).toBe('admin')
    await kept.browser.get('/auth/session').expect(200)

    const all = await cli.run(['sessions', 'end', person.email])
    expect(all).toEqual({ code: 0, stdout: 'sessions ended: 1\n', stderr: '' })
    await server.deps.channel.sync()
    expect((await kept.browser.get('/auth/session').expect(401)).body.reason).toBe('admin')
    await other.browser.get('/auth/session').expect(200)
  })

  test('are swept when they ended longer ago than is remembered, and only then', async () => {
    const { id: userId, ...person } = newcomer()
    await server.signIn(person)
    await server.signIn(person)
    await server.deps.store.endByUser(userId, 'admin')
    const [old, recent] = await Session.findAll({ where: { userId } })
    const longAgo = new Date(Date.now() - days(8))
    await old?.update({ endedAt: longAgo, expires: longAgo })
    const swept = await cli.run(['sessions', 'sweep'])
    expect(swept).toEqual({ code: 0, stdout: 'sessions removed that ended over 7d ago: 1\n', stderr: '' })
    const left = await Session.findAll({ where: { userId } })
    expect(left.map(({ publicId }) => publicId)).toEqual([recent?.publicId])
  })
})

describe('a running server applies what the command line changes', () => {
  test('user disable ends the sessions, which are told why; user enable lets the account in again', async () => {
    const { email, password } = newcomer()
    const { browser } = await server.signIn({ email, password })
    await browser.get('/auth/session').expect(200)
    const done = { code: 0, stdout: `disabled ${email}; sessions ended: 1\n`, stderr: '' }
    expect(await cli.run(['user', 'disable', email])).toEqual(done)
    await server.deps.channel.sync()
    const { body } = await browser.get('/auth/session').expect(401)
    expect(body.reason).toBe('disabled')
    await login(email, password).expect(401)
    await cli.run(['user', 'enable', email])
    await login(email, password).expect(200)
  })

  test('user grant and user revoke count at the next request, under a new session id', async () => {
    const { email, password } = newcomer()
    const { browser, cookie } = await server.signIn({ email, password })
    async function rolesNow() {
      await server.deps.channel.sync()
      await browser.get('/auth/profile').expect(200)
      return (await browser.get('/auth/session').expect(200)).body.user.roles
    }
    expect(await rolesNow()).toEqual(['user'])
    expect(await cli.run(['user', 'grant', email, 'admin'])).toMatchObject({ code: 0 })
    expect(await rolesNow()).toEqual(['admin', 'user'])
    await server.agent().get('/auth/session').set('Cookie', cookie).expect(401)
    expect(await cli.run(['user', 'revoke', email, 'admin'])).toMatchObject({ code: 0 })
    expect(await rolesNow()).toEqual(['user'])
  })

  test('user set-password ends the sessions, and only the new one signs in; a refused one changes nothing', async () => {
    const { email, password } = newcomer()
    const { browser } = await server.signIn({ email, password })
    expect(await cli.run(['user', 'set-password', email], email)).toEqual(refusal('your email address'))
    await server.deps.channel.sync()
    await browser.get('/auth/session').expect(200)

    const done = { code: 0, stdout: `set the password of ${email}; sessions ended: 1\n`, stderr: '' }
    expect(await cli.run(['user', 'set-password', email], NEW_PASSWORD)).toEqual(done)
    await server.deps.channel.sync()
    const { body } = await browser.get('/auth/session').expect(401)
    expect(body.reason).toBe('password-changed')
    await login(email, password).expect(401)
    await login(email, NEW_PASSWORD).expect(200)
  })
})

const role = (name: string) => Role.findOne({ where: { name }, rejectOnEmpty: true })
const user = (email: string) => User.findOne({ where: { email }, rejectOnEmpty: true })

describe('the last administrator', () => {
  async function makeAdministrators(emails: string[]) {
    for (const each of await Promise.all(emails.map(user))) {
      await enableUser(each)
      await grantRole(server.deps, each, await role('admin'))
    }
  }

  async function administrators() {
    const rows = await server.rows<{ email: string }>(`SELECT u."email" FROM "Users" u
      JOIN "UserRoles" ur ON ur."userId" = u."id" JOIN "Roles" r ON r."id" = ur."roleId"
      WHERE r."name" = 'admin' AND u."disabledAt" IS NULL`)
    return rows.map(({ email }) => email)
  }

  /** Resolves when a command has begun the transaction that it works in. */
  async function inTransaction({ stderr }: ReturnType<typeof startCli>) {
    for (let log = ''; !/BEGIN|START TRANSACTION/.test(log); ) log += String((await once(stderr, 'data'))[0])
  }

  test('cannot be removed by two commands at once that each count on the other one', async () => {
    await makeAdministrators([ADA.email, BOB.email])
    // Both wait to write while the rows are held, and have decided by then if they decide without a lock.
    const held = await server.deps.database.sequelize.transaction()
    for (const table of ['Users', 'UserRoles'])
      await server.deps.database.sequelize.query(`UPDATE "${table}" SET "updatedAt" = "updatedAt"`, {
        transaction: held,
      })
    const commands = [
      ['user', 'disable', ADA.email],
      ['user', 'revoke', BOB.email, 'admin'],
    ]
    const children = commands.map(args => processes.start(['-v', ...args], { LOG_LEVEL: 'sql' }))
    const results = children.map(finished)
    const begun = Promise.all(children.map(inTransaction)).then(() => pause(300))
    // A transaction that asks nothing for some seconds is ended by the database (docs/decisions/0022).
    for (let waiting = true; waiting; ) {
      await server.deps.database.sequelize.query('SELECT 1', { transaction: held })
      waiting = await Promise.race([begun.then(() => false), pause(200).then(() => true)])
    }
    await held.commit()

    const codes = (await Promise.all(results)).map(({ code }) => code)
    expect(codes.toSorted()).toEqual([0, 1])
    expect(await administrators()).toHaveLength(1)
  })

  test('cannot be disabled or lose the role, though a disabled one is left', async () => {
    const { store } = server.deps
    await makeAdministrators([ADA.email, BOB.email])
    await disableUser(store, await user(BOB.email))
    const refusals = await Promise.all([
      cli.run(['user', 'disable', ADA.email]),
      cli.run(['user', 'revoke', ADA.email, 'admin']),
    ])
    expect(refusals).toEqual([refusal('no enabled administrator'), refusal('no enabled administrator')])
    expect(await administrators()).toEqual([ADA.email])
    await revokeRole(server.deps, await user(BOB.email), await role('admin'))
    await revokeRole(server.deps, await user(ADA.email), await role('user'))
  })
})
