import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Mail } from '../../models/mail.ts'
import { days, hours, minutes, seconds } from '../../src/durations.ts'
import { createSealer } from '../../src/encryption/sealer.ts'
import type { MailContent } from '../../src/mail/content.ts'
import { createMailer } from '../../src/mail/mailer.ts'
import { createMailQueue } from '../../src/mail/queue.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { settingsOf } from '../support/cli-process.ts'
import { ADA, createDatabase, startServer, type TestDatabase, type TestServer } from '../support/harness.ts'
import { type Mailbox, startMailbox } from '../support/mailbox.ts'

const TOKEN = 'kYq3vT9xW2mB7nR5cY8zL4pF6hJ1dG0sAeUiOkYq3vT'
const LINK = `https://login.example.org/reset-password#${TOKEN}`
const BASE = { BASE_URL: 'https://login.example.org', TRUST_PROXY: '1' }

function reset(to: string = ADA.email): MailContent {
  return { to, language: null, template: 'reset-password', data: { name: ADA.name, link: LINK, minutes: 30 } }
}

let database: TestDatabase
beforeEach(async () => {
  database = await createDatabase()
})
const running: { stop(): Promise<void> }[] = []
const mailboxes: Mailbox[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const server of running.splice(0)) await server.stop()
  for (const mailbox of mailboxes.splice(0)) await mailbox.close()
  await database.drop()
})

async function open(...options: Parameters<typeof startMailbox>) {
  const mailbox = await startMailbox(...options)
  mailboxes.push(mailbox)
  return mailbox
}
async function start(mailbox: Pick<Mailbox, 'settings'>, settings: Record<string, string> = {}) {
  const server = await startServer({ ...BASE, ...mailbox.settings, ...settings }, database)
  running.push(server)
  return server
}
async function stop(server: TestServer) {
  running.splice(running.indexOf(server), 1)
  await server.stop()
}
/** Asks again until the answer is not undefined; vi.waitFor would move the stopped clock. */
async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (const giveUp = performance.now() + seconds(30); performance.now() < giveUp; await pause(10)) {
    const answer = await ask()
    if (answer !== undefined) return answer
  }
  throw new Error('it did not happen within 5 s')
}
const waits = (rows: number) => eventually(async () => ((await Mail.count()) === rows ? rows : undefined))
/** Until the worker has put back, or aside, what it tried so many times. */
function tried(attempts: number) {
  return eventually(async () => {
    const row = await Mail.findOne({ rejectOnEmpty: true })
    const isPutBack = row.failedAt !== null || row.nextAttemptAt.getTime() - Date.now() !== minutes(3)
    return row.attempts === attempts && row.lastError !== null && isPutBack ? row : undefined
  })
}
async function step(server: TestServer, milliseconds: number) {
  vi.setSystemTime(Date.now() + milliseconds)
  await server.mailWorker?.runOnce()
}

describe('the queue', () => {
  test('2.3.3 a mail goes with its transaction: at once after the commit, never without', async () => {
    const mailbox = await open()
    const { deps } = await start(mailbox)
    const { sequelize } = deps.database
    const undone = sequelize.transaction(async () => {
      await deps.mailer.send(reset('undone@example.org'))
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    const before = performance.now()
    await sequelize.transaction(() => deps.mailer.send(reset()))
    await mailbox.next()
    expect(performance.now() - before).toBeLessThan(seconds(3))
    await waits(0)
    expect(mailbox.delivered.map(({ to }) => to)).toEqual([[ADA.email]])
  })

  test('in the table neither recipient nor link can be read', async () => {
    const server = await startServer(BASE, database)
    running.push(server)
    await server.deps.mailer.send(reset())
    const table = JSON.stringify(await server.rows('SELECT * FROM "Mails"'))
    expect(table).toContain('"v1.')
    expect(table).not.toMatch(/ada|example|reset|kYq3v/i)
  })

  test('a mail for a server that is down waits for longer and longer, over a restart, and is sent when it is up', async () => {
    const gone = await startMailbox()
    await gone.close()
    vi.useFakeTimers({ toFake: ['Date'] })
    const server = await start(gone)
    const warned = vi.spyOn(server.deps.logger, 'warn').mockImplementation(() => server.deps.logger)
    await server.deps.mailer.send(reset())
    for (const [attempt, wait] of [1, 2, 4].entries()) {
      const { nextAttemptAt } = await tried(attempt + 1)
      expect(nextAttemptAt.getTime() - Date.now()).toBe(minutes(wait))
      await step(server, minutes(wait) - 1)
      await tried(attempt + 1)
      await step(server, 1)
    }
    await tried(4)
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('tried again'), {
      mail: expect.any(String),
      attempts: 4,
      reason: expect.stringMatching(/^E[A-Z]+$/),
    })
    await stop(server)

    const mailbox = await open({}, gone.port)
    const restarted = await start(mailbox)
    await step(restarted, minutes(8))
    expect((await mailbox.next()).token).toBe(TOKEN)
    await waits(0)
    expect(mailbox.delivered).toHaveLength(1)
  })

  test('after a refused connection the queue pauses for 30 seconds, then tries one mail, and sends all once the server is back', async () => {
    const gone = await startMailbox()
    await gone.close()
    vi.useFakeTimers({ toFake: ['Date'] })
    const server = await start(gone)
    vi.spyOn(server.deps.logger, 'warn').mockImplementation(() => server.deps.logger)
    const sealer = createSealer(server.env.ENCRYPTION_KEYS)
    const content = sealer.seal(JSON.stringify(reset()), 'mail')
    await Mail.bulkCreate(Array.from({ length: 40 }, () => ({ content, nextAttemptAt: new Date() })))
    const attempts = async () => Number(await Mail.sum('attempts'))
    await server.mailWorker?.runOnce()
    const first = await attempts()
    expect(first).toBeGreaterThan(0)
    expect(first).toBeLessThanOrEqual(3)
    await step(server, seconds(30) - 1)
    expect(await attempts()).toBe(first)
    await step(server, 1)
    expect(await attempts()).toBe(first + 1)

    const mailbox = await open({}, gone.port)
    await step(server, minutes(5))
    await waits(0)
    expect(mailbox.delivered).toHaveLength(40)
  })

  test('a mail that was put back while the clock was days ahead is tried within the hour', async () => {
    const mailbox = await open()
    vi.useFakeTimers({ toFake: ['Date'] })
    const server = await start(mailbox)
    const content = createSealer(server.env.ENCRYPTION_KEYS).seal(JSON.stringify(reset()), 'mail')
    await Mail.create({ content, attempts: 3, nextAttemptAt: new Date(Date.now() + days(12)) })
    await step(server, 0)
    expect(mailbox.delivered).toHaveLength(1)
  })

  test('after three days of attempts a mail is put aside, and that is logged without recipient and content', async () => {
    const gone = await startMailbox()
    await gone.close()
    vi.useFakeTimers({ toFake: ['Date'] })
    const server = await start(gone)
    vi.spyOn(server.deps.logger, 'warn').mockImplementation(() => server.deps.logger)
    const failed = vi.spyOn(server.deps.logger, 'error').mockImplementation(() => server.deps.logger)
    const begun = Date.now()
    await server.deps.mailer.send(reset())
    await tried(1)
    while (failed.mock.calls.length === 0) await step(server, hours(1))
    expect((Date.now() - begun) / hours(24)).toBeGreaterThan(2.9)
    expect((Date.now() - begun) / hours(24)).toBeLessThan(3.5)
    expect(await Mail.findOne({ rejectOnEmpty: true })).toMatchObject({ failedAt: new Date() })
    expect(JSON.stringify(failed.mock.calls)).not.toMatch(/ada@|example|kYq3v/i)
    await step(server, hours(24))
    expect((await Mail.findOne({ rejectOnEmpty: true })).attempts).toBe(78)
  })

  test('14.2.7 a failed mail is kept for 30 days, and then deleted', async () => {
    const server = await startServer(BASE, database)
    running.push(server)
    const queue = createMailQueue(server.deps.database)
    vi.useFakeTimers({ toFake: ['Date'] })
    await server.deps.mailer.send(reset())
    await server.deps.mailer.send(reset())
    const [failed, waiting] = await Mail.findAll()
    await failed?.update({ failedAt: new Date() })
    vi.setSystemTime(Date.now() + days(30))
    await queue.discardFailed()
    expect(await Mail.count()).toBe(2)
    vi.setSystemTime(Date.now() + 1)
    await queue.discardFailed()
    expect((await Mail.findAll()).map(({ id }) => id)).toEqual([waiting?.id])
  })

  test.each([
    { code: 450, at: 'recipient', outcome: 'waits', reason: '450 at RCPT TO' },
    { code: 550, at: 'recipient', outcome: 'fails', reason: '550 at RCPT TO' },
    { code: 554, at: 'data', outcome: 'fails', reason: '554 at DATA' },
    { code: 451, at: 'data', outcome: 'waits', reason: '451 at DATA' },
    { code: 550, at: 'sender', outcome: 'waits', reason: '550 at MAIL FROM' },
  ])('$code for the $at: the mail $outcome', async ({ code, at, outcome, reason }) => {
    const refusal = Object.assign(new Error(`no mailbox ${ADA.email} here`), { responseCode: code })
    const mailbox = await open({
      onMailFrom: (_address, _session, done) => done(at === 'sender' ? refusal : null),
      onRcptTo: (_address, _session, done) => done(at === 'recipient' ? refusal : null),
      ...(at === 'data' && { onData: (stream, _session, done) => stream.resume().on('end', () => done(refusal)) }),
    })
    const server = await start(mailbox)
    const logged = (['warn', 'error'] as const).map(level =>
      vi.spyOn(server.deps.logger, level).mockImplementation(() => server.deps.logger),
    )
    await server.deps.mailer.send(reset())
    const row = await tried(1)
    expect([row.failedAt !== null, row.lastError]).toEqual([outcome === 'fails', reason])
    // The row is there a moment before the line is.
    const lines = () => logged.map(({ mock }) => mock.calls.length)
    await vi.waitFor(() => expect(lines()).toEqual(outcome === 'fails' ? [0, 1] : [1, 0]))
    expect(JSON.stringify(logged.map(({ mock }) => mock.calls))).not.toMatch(/ada@|mailbox/i)
  })

  test('two workers on one database send 50 mails exactly once each', async () => {
    const mailbox = await open()
    const first = await start(mailbox)
    const second = await start(mailbox)
    const recipients = Array.from({ length: 50 }, (_, number) => `person${number}@example.org`)
    await Promise.all(recipients.map((to, number) => (number % 2 ? first : second).deps.mailer.send(reset(to))))
    await Promise.all([first.mailWorker?.runOnce(), second.mailWorker?.runOnce()])
    await waits(0)
    expect(mailbox.delivered.map(({ to }) => to[0]).toSorted()).toEqual(recipients.toSorted())
  })

  test('a mail whose worker died is sent when its lease is over, and not before', async () => {
    const mailbox = await open()
    vi.useFakeTimers({ toFake: ['Date'] })
    const server = await start(mailbox)
    await server.mailWorker?.runOnce()
    const claimed = { attempts: 1, nextAttemptAt: new Date(Date.now() + minutes(3)) }
    const content = createSealer(server.env.ENCRYPTION_KEYS).seal(JSON.stringify(reset()), 'mail')
    await Mail.create({ content, ...claimed })
    await step(server, minutes(3) - 1)
    expect(mailbox.delivered).toEqual([])
    await step(server, 1)
    expect(mailbox.delivered).toHaveLength(1)
  })

  test('a mail sealed under an older key is sent; one under a key that is not there waits for it, and the worker goes on', async () => {
    const [older, newer, lost] = ['older', 'newer', 'lost-'].map(name => `${name}-Kq3vT9xW2mB7nR5cY8zL4pF6hJ1dG0s`)
    const mailbox = await open()
    const waiting = await startServer({ ...BASE, ENCRYPTION_KEYS: `${older}` }, database)
    await waiting.deps.mailer.send(reset('older@example.org'))
    await waiting.stop()

    const server = await start(mailbox, { ENCRYPTION_KEYS: `${newer},${older}` })
    const logged = vi.spyOn(server.deps.logger, 'error').mockImplementation(() => server.deps.logger)
    await createMailer(createSealer([`${lost}`])).send(reset('lost@example.org'))
    await server.deps.mailer.send(reset('newer@example.org'))
    await waits(1)
    await eventually(async () => (await Mail.findOne())?.lastError ?? undefined)
    expect(mailbox.delivered.map(({ to }) => to[0]).toSorted()).toEqual(['newer@example.org', 'older@example.org'])
    const row = await Mail.findOne({ rejectOnEmpty: true })
    const [keyId] = createSealer([`${lost}`]).keyIds
    expect(row).toMatchObject({ failedAt: null, attempts: 0, lastError: `ENCRYPTION_KEYS lacks the key ${keyId}` })
    expect(JSON.stringify(logged.mock.calls)).toContain(row.id)
  })

  test('mail status tells what waits and what failed, mail retry has the failed ones sent', async () => {
    const queueing = await startServer(BASE, database)
    running.push(queueing)
    const cli = cliHere(settingsOf(queueing))
    expect((await cli.run(['mail', 'status'])).stdout).toBe('waiting: 0\nfailed: 0\noldest: -\n')
    await queueing.deps.mailer.send(reset())
    await queueing.deps.mailer.send(reset())
    const [first] = await Mail.findAll({ order: ['createdAt'] })
    await first?.update({ failedAt: new Date(), attempts: 78, lastError: '550 at RCPT TO' })
    const { stdout } = await cli.run(['mail', 'status'])
    expect(stdout).toMatch(/^waiting: 1\nfailed: 1\noldest: [\d-]{10} [\d:]{8}Z\nfailed with 550 at RCPT TO: 1\n$/)
    expect(await cli.run(['mail', 'retry'])).toEqual({ code: 0, stdout: 'emails to retry: 1\n', stderr: '' })
    await first?.reload()
    expect(first).toMatchObject({ failedAt: null, attempts: 0 })

    const mailbox = await open()
    await start(mailbox)
    await mailbox.next()
    await mailbox.next()
  })
})
