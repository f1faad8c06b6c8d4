import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { smtpOptions } from '../../configs/mailer.ts'
import { Mail } from '../../models/mail.ts'
import { seconds } from '../../src/durations.ts'
import type { MailContent } from '../../src/mail/content.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'
import { type Mailbox, startMailbox } from '../support/mailbox.ts'
import { everyMail } from './every-mail.ts'

const TOKEN = 'kYq3vT9xW2mB7nR5cY8zL4pF6hJ1dG0sAeUiOkYq3vT'
const LINK = `https://login.example.org/reset-password#${TOKEN}`
const BASE = {
  BASE_URL: 'https://login.example.org',
  TRUST_PROXY: '1',
  SITE_NAME: "Ada's <Co> & more",
  MAIL_FROM: 'login@example.org',
}

function reset(name = ADA.name): MailContent {
  return { to: ADA.email, language: null, template: 'reset-password', data: { name, link: LINK, minutes: 30 } }
}

let mailbox: Mailbox
let server: TestServer
beforeAll(async () => {
  mailbox = await startMailbox()
  server = await startServer({ ...BASE, ...mailbox.settings })
})
afterAll(async () => {
  await server.close()
  await mailbox.close()
})

describe('what arrives', () => {
  test('every template gives a plain and an HTML part with the same link, the name of the site and nothing from elsewhere', async () => {
    for (const content of everyMail(LINK)) {
      await server.deps.mailer.send(content)
      const { to, subject, text, html, link } = await mailbox.next()
      expect(to).toEqual([ADA.email])
      expect(subject).toContain(BASE.SITE_NAME)
      expect(text).toContain(BASE.SITE_NAME)
      expect(html).toContain('Ada&#39;s &lt;Co&gt; &amp; more')
      expect(html).not.toMatch(/<(img|script|style|link|iframe)|\s(src|on\w+)=|url\(/)
      const links = [...html.matchAll(/href="([^"]*)"/g)].map(match => match[1])
      if (['account-deleted', 'address-taken-away'].includes(content.template)) expect([link, links]).toEqual(['', []])
      else expect([link, links]).toEqual([LINK, [LINK]])
      if ('at' in content.data) expect(text).toContain('22 November 2026 at 01:30 UTC')
    }
  })

  test('carries the headers of an automatic mail, with an id on the host of BASE_URL', async () => {
    await server.deps.mailer.send(reset())
    const { email, token } = await mailbox.next(ADA.email)
    expect(token).toBe(TOKEN)
    expect(email.from).toMatchObject({ name: BASE.SITE_NAME, address: 'login@example.org' })
    expect(email.to).toMatchObject([{ address: ADA.email }])
    expect(email.messageId).toMatch(/^<[\da-f-]{36}@login\.example\.org>$/)
    expect(Math.abs(Date.parse(email.date ?? '') - Date.now())).toBeLessThan(seconds(10))
    expect(email.headers.filter(({ key }) => key === 'auto-submitted')).toMatchObject([{ value: 'auto-generated' }])
    expect(email.headers.filter(({ key }) => key === 'content-language')).toMatchObject([{ value: 'en' }])
  })

  test('1.3.11 a name cannot bring headers, lines, markup or links of its own', async () => {
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
      await server.deps.mailer.send(reset(name))
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
    const before = mailbox.delivered.length
    const logged = vi.spyOn(server.deps.logger, 'error').mockImplementation(() => server.deps.logger)
    await server.deps.mailer.send({ ...reset(), to })
    await server.mailWorker?.runOnce()
    await vi.waitFor(() => expect(logged).toHaveBeenCalledOnce(), seconds(10))
    const [row] = await Mail.findAll()
    expect(row).toMatchObject({ failedAt: expect.any(Date), lastError: 'this is not one email address' })
    expect(mailbox.delivered).toHaveLength(before)
    await row?.destroy()
    logged.mockRestore()
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
