import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import PostalMime from 'postal-mime'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Mail } from '../../models/mail.ts'
import { type ChildServer, startChild } from '../support/child-server.ts'
import { ADA, createDatabase, startServer, type TestDatabase, type TestServer } from '../support/harness.ts'
import { type Mailbox, startMailbox } from '../support/mailbox.ts'

const TOKEN = 'kYq3vT9xW2mB7nR5cY8zL4pF6hJ1dG0sAeUiOkYq3vT'
const LINK = `https://login.example.org/reset-password#${TOKEN}`
const ENCRYPTION_KEYS = 'x8Wq2LmZ4rT7vB1nK6pJ9sD3fG5hY0cAeUiO'

let database: TestDatabase
/** Has no mail server: what it queues is for the processes under test. */
let queueing: TestServer
let child: ChildServer | undefined
let mailbox: Mailbox | undefined
beforeEach(async () => {
  database = await createDatabase()
  queueing = await startServer({ ENCRYPTION_KEYS }, database)
})
afterEach(async () => {
  await child?.close()
  await mailbox?.close()
  await queueing.stop()
  await database.drop()
  child = undefined
  mailbox = undefined
})

function send() {
  return queueing.deps.mailer.send({
    to: ADA.email,
    language: null,
    template: 'reset-password',
    data: { name: ADA.name, link: LINK, minutes: 30 },
  })
}
async function start(settings: Record<string, string>) {
  child = await startChild({ DATABASE_URL: database.url, ...settings })
  // The last line of a start; a signal before it finds nobody.
  await child.printed(/first administrator/)
  return child
}

test('development without SMTP_URL writes private files to data/outbox, and the link, but no recipient, to the log', async () => {
  await send()
  const { printed, directory, output } = await start({})
  const [, name = ''] = await printed(
    /mail \\"reset-password\\" written to [^"]*data\/outbox\/([^"/:]+\.eml): https:[^"]*kYq3v/,
  )
  const outbox = path.join(directory, 'data/outbox')
  expect(await readdir(outbox)).toEqual([name])
  expect(name).toMatch(/^\d{4}-\d\d-\d\dT[\d-]+\.\d{3}Z-[\da-f-]{36}\.eml$/)
  expect((await stat(path.join(outbox, name))).mode & 0o777).toBe(0o600)
  expect((await stat(outbox)).mode & 0o777).toBe(0o700)
  const mail = await PostalMime.parse(await readFile(path.join(outbox, name)))
  expect(mail).toMatchObject({ to: [{ address: ADA.email }], text: expect.stringContaining(LINK) })
  expect(output.stdout).not.toContain(ADA.email)
  expect(await Mail.count()).toBe(0)
})

test('production without SMTP_URL says once that mails wait, and names the variable', async () => {
  await send()
  const {
    child: process,
    exited,
    output,
  } = await start({
    NODE_ENV: 'production',
    BASE_URL: 'https://login.example.org',
    TRUST_PROXY: '1',
  })
  process.kill('SIGTERM')
  expect(await exited).toBe(0)
  expect(output.stdout.match(/"level":"warn"[^\n]*/g)).toEqual([expect.stringContaining('SMTP_URL is not set')])
  expect(await Mail.count()).toBe(1)
})

test('16.2.5 with every level on neither recipient nor link is in the log; a stop lets the mail in flight arrive', async () => {
  let refusals = 1
  const inFlight = Promise.withResolvers<void>()
  mailbox = await startMailbox({
    onMailFrom: async (_address, _session, done) => {
      if (refusals-- > 0) return done(Object.assign(new Error(`not for ${ADA.email}`), { responseCode: 421 }))
      inFlight.resolve()
      await pause(500)
      done()
    },
  })
  await send()
  const { child: process, exited, output, printed } = await start({ ...mailbox.settings, LOG_LEVEL: 'silly' })
  await printed(/could not be sent/)
  await Mail.update({ nextAttemptAt: new Date() }, { where: {} })
  await inFlight.promise
  process.kill('SIGTERM')
  expect(await exited).toBe(0)
  expect(mailbox.delivered.map(({ link }) => link)).toEqual([LINK])
  expect(await Mail.count()).toBe(0)
  expect(output.stdout + output.stderr).not.toMatch(/ada@example|kYq3v|reset-password#/)
})
