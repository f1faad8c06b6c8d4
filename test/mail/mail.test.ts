import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { smtpOptions } from '../../configs/mailer.ts'
import { Mail } from '../../models/mail.ts'
import { days, hours, minutes, seconds } from '../../src/durations.ts'
import { createSealer } from '../../src/encryption/sealer.ts'
import type { MailContent } from '../../src/mail/content.ts'
import { createMailer } from '../../src/mail/mailer.ts'
import { createMailQueue } from '../../src/mail/queue.ts'
import { ADA, createDatabase, startServer, type TestDatabase, type TestServer } from '../support/harness.ts'
import { type Mailbox, startMailbox } from '../support/mailbox.ts'

const TOKEN = 'kYq3vT9xW2mB7nR5cY8zL4pF6hJ1dG0sAeUiOkYq3vT'
const LINK = `https://login.example.org/reset-password#${TOKEN}`
const BASE = { BASE_URL: 'https://login.example.org', TRUST_PROXY: '1', SITE_NAME: "Ada's <Co> & more" }

function reset(to: string = ADA.email, name = ADA.name): MailContent {
  return {
    to,
    template: 'reset-password',
    data: { name, link: LINK, minutes: 30 },
  }
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

const notice = { name: ADA.name, at: '2026-11-22T01:30:00.000Z', notMeLink: LINK }
const EVERY: MailContent[] = [
  { to: ADA.email, template: 'verify-email', data: { name: ADA.name, link: LINK } },
  { to: ADA.email, template: 'already-registered', data: { name: ADA.name, link: LINK } },
  { to: ADA.email, template: 'invitation', data: { link: LINK, days: 7 } },
  reset(),
  { to: ADA.email, template: 'password-changed', data: notice },
  { to: ADA.email, template: 'confirm-new-email', data: { name: ADA.name, link: LINK } },
  { to: ADA.email, template: 'email-change-requested', data: { ...notice, newEmail: 'new@example.org' } },
  { to: ADA.email, template: 'email-changed', data: { ...notice, newEmail: 'new@example.org' } },
  { to: ADA.email, template: 'password-changed', data: { ...notice, asksFor: ['authenticator app'] } },
  { to: ADA.email, template: 'sign-in-stopped', data: { ...notice, by: 'second factor' } },
  {
    to: ADA.email,
    template: 'address-taken-away',
    data: { name: ADA.name, at: notice.at, newEmail: 'new@example.org' },
  },
  { to: ADA.email, template: 'factor-added', data: { ...notice, factor: 'authenticator app' } },
  { to: ADA.email, template: 'factor-removed', data: { ...notice, factor: 'passkey' } },
  { to: ADA.email, template: 'recovery-code-used', data: { ...notice, left: 9 } },
  { to: ADA.email, template: 'new-device', data: { ...notice, device: 'Firefox on Linux', address: null } },
  { to: ADA.email, template: 'sign-in-stopped', data: notice },
  { to: ADA.email, template: 'account-deleted', data: { name: ADA.name, at: notice.at } },
]

describe('what arrives', () => {
  test('every template gives a plain and an HTML part with the same link, the name of the site and nothing from elsewhere', async () => {
    const mailbox = await open()
    const server = await start(mailbox)
    for (const content of EVERY) {
      await server.deps.mailer.send(content)
      const { to, subject, text, html, link } = await mailbox.next()
      expect(to).toEqual([ADA.email])
      expect(subject).toContain(BASE.SITE_NAME)
      expect(text).toContain(BASE.SITE_NAME)
      expect(html).toContain('Ada&#39;s &lt;Co&gt; &amp; more')
      expect(html).not.toMatch(/<(img|script|style|link|iframe)|\s(src|style|on\w+)=/)
      const links = [...html.matchAll(/href="([^"]*)"/g)].map(match => match[1])
      if (['account-deleted', 'address-taken-away'].includes(content.template)) expect([link, links]).toEqual(['', []])
      else expect([link, links]).toEqual([LINK, [LINK]])
      if ('at' in content.data) expect(text).toContain('22 November 2026 at 01:30 UTC')
    }
    await waits(0)
  })

  test('carries the headers of an automatic mail, with an id on the host of BASE_URL', async () => {
    const mailbox = await open()
    const server = await start(mailbox, { MAIL_FROM: 'login@example.org' })
    await server.deps.mailer.send(reset())
    const { email, token } = await mailbox.next(ADA.email)
    expect(token).toBe(TOKEN)
    expect(email.from).toMatchObject({ name: BASE.SITE_NAME, address: 'login@example.org' })
    expect(email.to).toMatchObject([{ address: ADA.email }])
    expect(email.messageId).toMatch(/^<[\da-f-]{36}@login\.example\.org>$/)
    expect(Math.abs(Date.parse(email.date ?? '') - Date.now())).toBeLessThan(seconds(10))
    expect(email.headers.filter(({ key }) => key === 'auto-submitted')).toMatchObject([{ value: 'auto-generated' }])
  })

  test('1.3.11 a name cannot bring headers, lines, markup or links of its own', async () => {
    const mailbox = await open()
    const server = await start(mailbox)
    const names = [
      ['Ada\r\nBcc: eve@example.org\r\n\r\nbody', 'Hello,'],
      ['Ada\r\nSubject: x', 'Hello Ada Subject: x,'],
      ['<b onclick="x()">Ada</b>', 'Hello <b onclick="x()">Ada</b>,'],
      ['Win at evil.example.org', 'Hello,'],
      ['see https://evil', 'Hello,'],
      ['Dr. Ada', 'Hello Dr. Ada,'],
      ['a'.repeat(61), 'Hello,'],
    ] as const
    for (const [name, greeting] of names) {
      await server.deps.mailer.send(reset(ADA.email, name))
      const { to, subject, text, html, email } = await mailbox.next()
      expect([to, subject]).toEqual([[ADA.email], `Reset your password for ${BASE.SITE_NAME}`])
      expect(email.headers.filter(({ key }) => ['bcc', 'subject'].includes(key))).toHaveLength(1)
      expect(text.split('\n')[0]).toBe(greeting)
      expect(html).not.toMatch(/<b[ >]|evil/)
    }
  })

  test.each([
    'ada@example.org\r\nBcc: eve@example.org',
    'ada@example.org,eve@example.org',
    'Ada <eve@example.org>',
    'nobody',
  ])('1.3.11 what is not one address gets no mail: %j', async to => {
    const mailbox = await open()
    const server = await start(mailbox)
    vi.spyOn(server.deps.logger, 'error').mockImplementation(() => server.deps.logger)
    await server.deps.mailer.send(reset(to))
    expect(await tried(1)).toMatchObject({ failedAt: expect.any(Date), lastError: 'this is not one email address' })
    expect(mailbox.delivered).toEqual([])
  })
})

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
})

describe('12.3.1 the way to the mail server', () => {
  test.each([
    ['smtp://mail.example.org', { port: 587, secure: false, requireTLS: true }],
    ['smtp://localhost.example.org:25', { port: 25, secure: false, requireTLS: true }],
    ['smtp://10.0.0.1', { port: 587, secure: false, requireTLS: true }],
    ['smtps://ada%40x:p%2Fw@mail.example.org', { port: 465, secure: true, auth: { user: 'ada@x', pass: 'p/w' } }],
    ['smtps://mail.example.org?tls.rejectUnauthorized=false&secure=false', { secure: true }],
    ['smtp://localhost:1025', { host: 'localhost', port: 1025, secure: false, ignoreTLS: true }],
    ['smtp://127.0.0.1', { secure: false, ignoreTLS: true }],
    ['smtp://[::1]:2525', { host: '::1', port: 2525, ignoreTLS: true }],
  ])('%s', (url, expected) => {
    const options = smtpOptions(url)
    expect(options).toMatchObject({ ...expected, tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2' } })
    expect(options.requireTLS === true || options.secure === true || options.ignoreTLS === true).toBe(true)
    for (const timeout of [options.connectionTimeout, options.greetingTimeout, options.socketTimeout])
      expect(timeout).toBeLessThanOrEqual(seconds(30))
  })
})
