import { readFile } from 'node:fs/promises'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { AuditAnchor } from '../../models/audit-anchor.ts'
import { AUDIT_EVENTS, AuditEventRow, AuditHead } from '../../models/audit-event.ts'
import { createAudit } from '../../src/audit/audit.ts'
import { startAuditRetention } from '../../src/audit/retention.ts'
import { verifyChain, verifyNewest } from '../../src/audit/verify.ts'
import { days, hours } from '../../src/durations.ts'
import { createSealer } from '../../src/encryption/sealer.ts'
import type { Job } from '../../src/jobs.ts'
import { BOB, startServer, type TestServer } from '../support/harness.ts'

const isPostgres = process.env.TEST_DATABASE === 'postgres'
const USER = '00000000-0000-4000-8000-000000000001'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ AUDIT_RETENTION: '30d' })
})
afterAll(() => server.close())
beforeEach(async () => {
  for (const table of ['AuditEvents', 'AuditHeads', 'AuditAnchors']) await server.rows(`DELETE FROM "${table}"`)
  await AuditHead.create({ id: 1, seq: 0, hash: '', mac: '', keyId: '' })
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

async function record(count: number) {
  for (let number = 0; number < count; number++) await server.deps.audit.record('authn_login_fail', { userId: USER })
}
const verify = (noted?: { seq: number; hash: string }) => verifyChain(server.deps.sealer, noted)
const seqs = async () => (await AuditEventRow.findAll({ order: ['seq'] })).map(({ seq }) => Number(seq))
const silence = () => vi.spyOn(server.deps.logger, 'error').mockImplementation(() => server.deps.logger)

const DROP = isPostgres
  ? 'ALTER TABLE "AuditEvents" DISABLE TRIGGER audit_events_never_change'
  : 'DROP TRIGGER "audit_events_never_change"'
const RESTORE = isPostgres
  ? 'ALTER TABLE "AuditEvents" ENABLE TRIGGER audit_events_never_change'
  : `CREATE TRIGGER "audit_events_never_change" BEFORE UPDATE ON "AuditEvents"
      BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END`
/** Changes rows as somebody would who owns the database. */
async function tamper(...statements: string[]) {
  for (const sql of [DROP, ...statements, RESTORE]) await server.rows(sql)
}

describe('the chain', () => {
  test('50 events at once are 50 rows, each bound to the one before', async () => {
    await Promise.all(Array.from({ length: 50 }, () => server.deps.audit.record('authn_login_fail', { userId: USER })))
    expect(await seqs()).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
    expect(await verify()).toMatchObject({ count: 50, head: { seq: 50 } })
  })

  test('is whole while it is empty, and beyond a batch of the verification', async () => {
    expect(await verify()).toEqual({ count: 0, head: { seq: 0, hash: '' } })
    await server.deps.database.sequelize.transaction(async () => {
      for (let number = 0; number < 501; number++) await server.deps.audit.record('authn_login_fail', { userId: USER })
    })
    expect(await verify()).toMatchObject({ count: 501, head: { seq: 501 } })
  })

  test('16.2.1 a row says when, what, who, to whom and from where', async () => {
    await server.deps.audit.record('user_disabled', { userId: USER, actorId: null, details: { by: 'somebody' } })
    const [row] = await AuditEventRow.findAll()
    expect(row).toMatchObject({ event: 'user_disabled', userId: USER, actorId: null, details: '{"by":"somebody"}' })
    expect(row?.at).toBe(new Date(row?.at ?? '').toISOString())
  })

  test('2.3.3 an event goes with its transaction', async () => {
    const undone = server.deps.database.sequelize.transaction(async () => {
      await server.deps.audit.record('user_created', { userId: USER })
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    await record(1)
    expect(await verify()).toMatchObject({ count: 1, head: { seq: 1 } })
  })

  test('a key that was replaced still verifies; one that is gone is said to be', async () => {
    const [older, newer] = ['older', 'newer'].map(name => `${name}-Kq3vT9xW2mB7nR5cY8zL4pF6hJ1dG0s`) as [string, string]
    const { sequelize, logger } = server.deps
    const append = (...keys: string[]) =>
      createAudit(sequelize, createSealer(keys), logger, () => ({})).record('user_created')
    await append(older)
    await append(newer, older)
    expect(await verifyChain(createSealer([newer, older]))).toMatchObject({ count: 2 })
    await expect(verifyChain(createSealer([newer]))).rejects.toThrow(
      /^Event 1 was written under a key that ENCRYPTION_KEYS does not have/,
    )
  })

  test.each([
    ['UPDATE "AuditEvents" SET "event" = \'x\''],
    ['UPDATE "AuditEvents" SET "details" = \'{}\' WHERE "seq" = 1'],
    ...(isPostgres ? [['TRUNCATE "AuditEvents"']] : []),
  ])('16.4.2 the database itself refuses %s', async sql => {
    await record(1)
    const refusal = await server.rows(sql).catch(error => error.parent)
    expect(refusal.message).toContain('audit events are never changed')
  })
})

describe('16.4.2 verify finds', () => {
  const set = (column: string, value: string) => [`UPDATE "AuditEvents" SET "${column}" = ${value} WHERE "seq" = 3`]
  const swapped = `UPDATE "AuditEvents" SET "seq" = CASE "seq" WHEN 902 THEN 3 WHEN 903 THEN 2 ELSE "seq" END`
  test.each<[string, number, string[]]>([
    ['a changed event', 3, set('event', `'user_created'`)],
    ['a changed time', 3, set('at', `'2020-01-01T00:00:00.000Z'`)],
    ['another user', 3, set('userId', 'NULL')],
    ['another actor', 3, set('actorId', 'NULL')],
    ['another session', 3, set('sessionId', `'${USER}'`)],
    ['another address', 3, set('address', `'192.0.2.1'`)],
    ['another device', 3, set('userAgent', `'x'`)],
    ['another request', 3, set('requestId', `'${USER}'`)],
    ['changed details', 3, set('details', `'{"a":1}'`)],
    ['a changed hash', 3, set('hash', `'x'`)],
    ['a changed link', 3, set('previousHash', `'x'`)],
    ['the first events deleted', 1, ['DELETE FROM "AuditEvents" WHERE "seq" <= 2']],
    ['events deleted in the middle', 3, ['DELETE FROM "AuditEvents" WHERE "seq" IN (3, 4)']],
    ['the last event deleted', 5, ['DELETE FROM "AuditEvents" WHERE "seq" = 5']],
    ['all events deleted', 1, ['DELETE FROM "AuditEvents"']],
    ['two events exchanged', 2, ['UPDATE "AuditEvents" SET "seq" = "seq" + 900 WHERE "seq" IN (2, 3)', swapped]],
    [
      'the head set back',
      4,
      [
        'DELETE FROM "AuditEvents" WHERE "seq" > 3',
        `UPDATE "AuditHeads" SET "seq" = 3, "hash" = (SELECT "hash" FROM "AuditEvents" WHERE "seq" = 3)`,
      ],
    ],
    ['the head deleted', 6, ['DELETE FROM "AuditHeads"']],
    [
      'an event behind the head',
      6,
      [
        `INSERT INTO "AuditEvents" ("seq", "at", "event", "details", "previousHash", "hash", "keyId")
      SELECT 6, "at", "event", "details", "hash", "hash", "keyId" FROM "AuditEvents" WHERE "seq" = 5`,
      ],
    ],
    [
      'a forged anchor',
      2,
      [
        'DELETE FROM "AuditEvents" WHERE "seq" <= 2',
        `INSERT INTO "AuditAnchors" ("id", "seq", "hash", "mac", "keyId")
        SELECT 1, 2, "previousHash", "hash", "keyId" FROM "AuditEvents" WHERE "seq" = 3`,
      ],
    ],
  ])('%s, and names the first event that is wrong', async (_what, seq, statements) => {
    await record(5)
    await tamper(...statements)
    await expect(verify()).rejects.toMatchObject({ name: 'BrokenChain', seq })
  })

  test.each([
    [
      'set back',
      [
        'DELETE FROM "AuditEvents" WHERE "seq" > 3',
        `UPDATE "AuditHeads" SET "seq" = 3, "hash" = (SELECT "hash" FROM "AuditEvents" WHERE "seq" = 3)`,
      ],
    ],
    [
      'forgotten',
      [
        'DELETE FROM "AuditEvents" WHERE "seq" > 3',
        `UPDATE "AuditHeads" SET "seq" = 0, "mac" = '', "hash" = (SELECT "hash" FROM "AuditEvents" WHERE "seq" = 3)`,
      ],
    ],
    ['deleted', ['DELETE FROM "AuditEvents" WHERE "seq" > 3', 'DELETE FROM "AuditHeads"']],
  ])('events cut off behind a head that was %s, also after more were recorded', async (_how, statements) => {
    await record(5)
    await tamper(...statements)
    const logged = silence()
    await record(2)
    expect(logged).toHaveBeenCalledOnce()
    await expect(verify()).rejects.toMatchObject({ name: 'BrokenChain', seq: 4 })
  })

  test.each([
    ['a changed event', `UPDATE "AuditEvents" SET "address" = '1.2.3.4' WHERE "seq" = 104`],
    ['a missing event', 'DELETE FROM "AuditEvents" WHERE "seq" = 104'],
    ['events cut off', 'DELETE FROM "AuditEvents" WHERE "seq" > 103'],
    ['a head set back', 'UPDATE "AuditHeads" SET "seq" = 103'],
    ['a head that is gone', 'DELETE FROM "AuditHeads"'],
  ])('among the newest events, for the overview: %s', async (_what, sql) => {
    const { sealer, audit } = server.deps
    expect(await verifyNewest(sealer)).toBe('intact')
    await server.deps.sequelize.transaction(async () => {
      for (let number = 0; number < 105; number++) await audit.record('authn_login_fail', {})
    })
    await tamper('DELETE FROM "AuditEvents" WHERE "seq" = 2')
    expect(await verifyNewest(sealer)).toBe('intact')
    await tamper(sql)
    expect(await verifyNewest(sealer)).toBe('broken')
  })

  test('for the overview, that all but the newest events are gone', async () => {
    const { sealer } = server.deps
    await record(3)
    expect(await verifyNewest(sealer)).toBe('intact')
    await tamper('DELETE FROM "AuditEvents" WHERE "seq" < (SELECT MAX("seq") FROM "AuditEvents")')
    expect(await verifyNewest(sealer)).toBe('broken')
  })

  test('a whole newer part that was set back, by the head that was noted before', async () => {
    await record(3)
    const old = await AuditHead.findByPk(1, { raw: true, rejectOnEmpty: true })
    await record(2)
    const { head } = await verify()
    expect(await verify(head)).toMatchObject({ count: 5 })
    await server.rows('DELETE FROM "AuditEvents" WHERE "seq" > 3')
    await AuditHead.update({ ...old }, { where: { id: 1 } })
    expect(await verify()).toMatchObject({ count: 3 })
    await expect(verify(head)).rejects.toMatchObject({ name: 'BrokenChain', seq: 4 })
    await record(3)
    await expect(verify(head)).rejects.toMatchObject({ name: 'BrokenChain', seq: 5 })
  })
})

describe('14.2.7 retention', () => {
  let retention: Job
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] })
    retention = startAuditRetention(server.deps)
  })
  afterEach(() => retention.stop())
  const step = (milliseconds: number) => void vi.setSystemTime(Date.now() + milliseconds)

  test('deletes what is older than AUDIT_RETENTION and nothing else, and the chain stays whole', async () => {
    await record(3)
    await step(days(1))
    await record(2)
    await step(days(29))
    expect(await retention.runOnce()).toBe(0)
    await step(1)
    expect(await retention.runOnce()).toBe(3)
    expect(await seqs()).toEqual([4, 5])
    expect(await verify()).toMatchObject({ count: 2, head: { seq: 5 } })
    await step(days(1))
    expect(await retention.runOnce()).toBe(2)
    expect(await verify()).toMatchObject({ count: 0, head: { seq: 5 } })
    await record(1)
    expect(await seqs()).toEqual([6])
    expect(await verify()).toMatchObject({ count: 1 })
  })

  test('keeps the counts of hours for two days', async () => {
    const hoursKept = async () => (await server.rows('SELECT 1 FROM "EventHours"')).length
    await server.rows('DELETE FROM "EventHours"')
    await record(2)
    await step(days(2))
    await record(1)
    await retention.runOnce()
    expect(await hoursKept()).toBe(2)
    await step(hours(1))
    await retention.runOnce()
    expect(await hoursKept()).toBe(1)
  })

  test('deletes from the oldest on only, whatever the clock did meanwhile', async () => {
    await record(1)
    await step(-hours(2))
    await record(1)
    await step(days(30) + hours(1))
    expect(await retention.runOnce()).toBe(0)
    await step(hours(1) + 1)
    expect(await retention.runOnce()).toBe(2)
  })

  test('works in batches', async () => {
    await server.deps.database.sequelize.transaction(async () => {
      for (let number = 0; number < 405; number++) await server.deps.audit.record('authn_login_fail', {})
    })
    await step(days(31))
    expect(await retention.runOnce()).toBe(405)
    expect(await verify()).toMatchObject({ count: 0, head: { seq: 405 } })
  })

  test.each<[string, number, string]>([
    ['the oldest that were left', 3, 'DELETE FROM "AuditEvents" WHERE "seq" = 3'],
    ['the anchor', 1, 'DELETE FROM "AuditAnchors"'],
    ['the anchor by an older one', 2, 'UPDATE "AuditAnchors" SET "seq" = 2'],
  ])('does not hide that somebody deleted or replaced %s', async (_what, seq, sql) => {
    await record(2)
    await step(days(1))
    await record(3)
    await step(days(29) + 1)
    expect(await retention.runOnce()).toBe(2)
    await AuditAnchor.findOne({ rejectOnEmpty: true })
    await server.rows(sql.replace('"seq" = 2', `"seq" = 2, "hash" = 'x'`))
    await expect(verify()).rejects.toMatchObject({ seq })
    await step(days(1))
    await expect(retention.runOnce()).rejects.toMatchObject({ seq })
    expect((await seqs()).length).toBeGreaterThan(1)
  })

  test('beside a verification nothing seems to be missing', async () => {
    await record(30)
    await step(days(31))
    await record(5)
    const findAll = AuditEventRow.findAll.bind(AuditEventRow)
    const pruned = vi.spyOn(AuditEventRow, 'findAll').mockImplementationOnce(async (...options) => {
      await retention.runOnce()
      return findAll(...options)
    })
    expect(await verify()).toMatchObject({ count: 5, head: { seq: 35 } })
    expect(pruned).toHaveBeenCalled()
  })

  if (isPostgres)
    test('one node at a time: while another holds the lock, nothing is deleted', async () => {
      await record(2)
      await step(days(31))
      const other = new Client({ connectionString: server.env.DATABASE_URL })
      await other.connect()
      await other.query('BEGIN')
      await other.query('SELECT pg_advisory_xact_lock(7124204)')
      expect(await retention.runOnce()).toBe(0)
      await other.query('COMMIT')
      await other.end()
      expect(await retention.runOnce()).toBe(2)
    })
})

describe('16.3.1 what people do is recorded', () => {
  const events = async () =>
    (await AuditEventRow.findAll({ order: ['seq'] })).map(({ event, userId, actorId, sessionId, details }) => ({
      event,
      by: actorId === userId ? 'user' : actorId,
      session: sessionId,
      details: JSON.parse(details),
    }))

  test('registration, a new name, and each end of a session, once each and without a secret', async () => {
    const { body: user } = await server.register()
    const [first, second, third] = [await server.signIn(), await server.signIn(), await server.signIn()]
    const idOf = async ({ browser }: typeof first) => (await browser.get('/auth/session').expect(200)).body.session.id
    const ids = { first: await idOf(first), second: await idOf(second) }
    await AuditEventRow.destroy({ where: { event: 'authn_login_success' } })
    await first.browser.patch('/auth/profile').send({ name: 'Ada King' }).expect(200)
    await first.browser.delete(`/auth/sessions/${ids.second}`).expect(200)
    await first.browser.delete('/auth/sessions').expect(200)
    await first.browser.delete('/auth/sessions').expect(200)
    await first.browser.post('/auth/logout').expect(200)

    const ended = (session: string, reason: string, more = {}) => ({
      event: 'session_ended',
      by: 'user',
      session,
      details: { reason, ...more },
    })
    const recorded = (await events()).filter(({ event }) => !event.startsWith('authn_'))
    expect(recorded).toEqual([
      { event: 'user_created', by: 'user', session: null, details: { roles: ['user'], by: 'registration' } },
      { event: 'user_updated', by: 'user', session: null, details: { fields: ['name'] } },
      ended(ids.second, 'signed-out-elsewhere'),
      ended(ids.first, 'signed-out-elsewhere', { ended: 1 }),
      ended(ids.first, 'signed-out'),
    ])
    const table = JSON.stringify(await server.rows('SELECT * FROM "AuditEvents"'))
    expect(table).toContain(user.id)
    for (const { cookie } of [first, second, third]) expect(table).not.toContain(cookie.split(/=s%3A|\./)[1])
    expect(table).not.toMatch(/ada@example|Ada King|bicycles/)
  })

  test('2.3.3 no account and no new name without its event', async () => {
    const { browser } = await server.signIn()
    silence()
    await server.rows('ALTER TABLE "AuditEvents" RENAME TO "Elsewhere"')
    const refused = [
      await server.agent().post('/auth/register').send(BOB),
      await browser.patch('/auth/profile').send({ name: 'Nobody' }),
    ]
    expect(refused.map(({ status }) => status >= 500)).toEqual([true, true])
    await server.rows('ALTER TABLE "Elsewhere" RENAME TO "AuditEvents"')
    await server.agent().post('/auth/login').send({ email: BOB.email, password: BOB.password }).expect(401)
    expect((await browser.get('/auth/profile').expect(200)).body.name).not.toBe('Nobody')
    await server.register(BOB)
    expect(await verify()).toMatchObject({ count: expect.any(Number) })
  })
})

test('16.1.1 docs/audit.md lists every event, and no other', async () => {
  const page = await readFile(new URL('../../docs/audit.md', import.meta.url), 'utf8')
  const listed = [...page.matchAll(/^\| `(\w+)` /gm)].map(match => match[1])
  expect(listed.toSorted()).toEqual([...AUDIT_EVENTS].toSorted())
})
