import { describe, expect, test } from 'vitest'
import { LANGUAGES } from '../../src/languages.ts'
import type { MailContent } from '../../src/mail/content.ts'
import { composeMessage } from '../../src/mail/message.ts'
import { LANGUAGES as PAGES } from '../../web/src/text/languages.ts'
import { everyMail, NAME } from './every-mail.ts'

const LINK = 'https://login.example.org/not-me#kYq3vT9xW2mB7nR5cY8zL4pF6hJ1dG0sAeUiOkYq3vT'
const SITE = 'Zeta & <Co>'
const ENV = {
  BASE_URL: 'https://login.example.org',
  MAIL_FROM: 'login@example.org',
  SITE_NAME: SITE,
  SITE_COLOR: '',
  SITE_HELP_URL: 'https://help.example.org',
}
const WITHOUT_LINK = ['address-taken-away', 'account-deleted']

function composed(content: MailContent) {
  const { mail, link } = composeMessage(ENV, { id: 'x', createdAt: new Date() }, content)
  return { subject: String(mail.subject), text: String(mail.text), html: String(mail.html), link }
}

/** Sentences and labels, without what is the same in all languages. */
function wordsOf(text: string): string[] {
  return text
    .replaceAll(/https?:\S*|\S+@[\w.]+\w|\d+(\.\d+)*|UTC|Zeta & <Co>|Zeta|Ada Lovelace|Firefox|Linux/g, '')
    .split(/[\n:.,]+/)
    .map(words => words.trim())
    .filter(words => /\p{L}{2}/u.test(words))
}

test('the mails are in the languages of the pages', () => {
  expect(LANGUAGES).toEqual(Object.keys(PAGES))
})

test.each(LANGUAGES)('every mail is complete in %s', language => {
  for (const content of everyMail(LINK)) {
    const { subject, text, html, link } = composed({ ...content, language })
    expect(subject).toContain('Zeta')
    expect(subject).not.toMatch(/\n|\.$/)
    for (const part of [subject, text, html])
      expect(part).not.toMatch(/undefined|\bnull\b|NaN|\[object|\$\{|Invalid Date/)
    expect(html).toContain(`<html lang="${language}">`)
    expect(html).not.toMatch(/<Co>|Zeta & /)
    expect(text.split('\n')[0]).toContain('name' in content.data ? NAME : '')
    const links = WITHOUT_LINK.includes(content.template) ? [] : [LINK]
    expect(link).toBe(links[0])
    expect(text.split('\n').filter(line => line.startsWith('https://login'))).toEqual(links)
    expect([...html.matchAll(/href="([^"]*)"/g)].map(match => match[1])).toEqual([...links, ENV.SITE_HELP_URL])
  }
})

/** Words that are not English only. */
const SAME = ['passkey']

test.each(LANGUAGES.filter(code => code !== 'en'))('no English is left in %s', language => {
  for (const content of everyMail(LINK)) {
    const english = composed({ ...content, language: 'en' })
    const { subject, text, html } = composed({ ...content, language })
    expect(subject).not.toBe(english.subject)
    const left = wordsOf(text).filter(words => wordsOf(english.text).includes(words) && !SAME.includes(words))
    expect([content.template, left]).toEqual([content.template, []])
    expect(text).not.toMatch(/\b(the|your|you|this|with|authenticator app|recovery codes|unknown|Help)\b/)
    expect(html).not.toMatch(/Or copy this|You got this|>Help</)
  }
})

test('the time is written as people write it, and stays UTC', () => {
  const mail = everyMail(LINK).find(({ template }) => template === 'account-deleted')
  if (!mail) throw new Error('there is no such template')
  const times = LANGUAGES.map(language => /\d+\.? .*UTC/.exec(composed({ ...mail, language }).text)?.[0])
  expect(times.map(time => time?.replaceAll(/\s/g, ' '))).toEqual([
    '22 November 2026 at 01:30 UTC',
    '22. November 2026 um 01:30 UTC',
    '22 de noviembre de 2026 a las 1:30 UTC',
    '22 novembre 2026 à 01:30 UTC',
    '22 novembre 2026 alle ore 01:30 UTC',
    '22 november 2026 om 01:30 UTC',
    '22 listopada 2026 01:30 UTC',
    '22 de novembro de 2026 às 01:30 UTC',
  ])
})

describe('a mail that another release queued', () => {
  const notice = { name: NAME, at: '2026-11-22T01:30:00.000Z', notMeLink: LINK }

  test('without a language, or with one that is unknown here, is in English', () => {
    const mail: MailContent = {
      to: 'ada@example.org',
      language: null,
      template: 'recovery-codes-replaced',
      data: notice,
    }
    const english = composed({ ...mail, language: 'en' })
    const { language: _, ...without } = mail
    expect(composed(without as MailContent)).toEqual(english)
    expect(composed(mail)).toEqual(english)
    expect(composed({ ...mail, language: 'toString' as 'en' })).toEqual(english)
  })

  test('shows the English names that it has', () => {
    const old: MailContent[] = [
      { to: 'ada@example.org', language: 'de', template: 'factor-removed', data: { ...notice, factor: 'passkey "A"' } },
      { to: 'ada@example.org', language: 'de', template: 'password-changed', data: { ...notice, asksFor: ['app'] } },
      { to: 'ada@example.org', language: 'de', template: 'identity-linked', data: { ...notice, account: 'X account' } },
      {
        to: 'ada@example.org',
        language: 'de',
        template: 'new-device',
        data: { ...notice, device: 'Firefox on Linux', address: null },
      },
    ]
    expect(
      old.map(mail => /passkey "A"|: app\.|: X account\.|Firefox on Linux/.exec(composed(mail).text)?.[0]),
    ).toEqual(['passkey "A"', ': app.', ': X account.', 'Firefox on Linux'])
  })
})

test('1.3.11 a name in the device, the role or a factor cannot start a line', () => {
  const notice = { name: NAME, at: '2026-11-22T01:30:00.000Z', notMeLink: LINK }
  const evil = 'x\r\n\r\nVisit https://evil.example'
  const mails: MailContent[] = [
    { to: 'ada@example.org', language: null, template: 'role-granted', data: { ...notice, role: evil } },
    {
      to: 'ada@example.org',
      language: null,
      template: 'token-created',
      data: { ...notice, token: evil, expires: notice.at },
    },
    {
      to: 'ada@example.org',
      language: null,
      template: 'factor-removed',
      data: { ...notice, factor: evil, factors: [{ kind: 'passkey', name: evil }] },
    },
    {
      to: 'ada@example.org',
      language: null,
      template: 'sign-in',
      data: { name: NAME, link: LINK, code: '12345678', minutes: 10, device: evil },
    },
  ]
  for (const mail of mails) expect(composed(mail).text).not.toMatch(/^(Visit|https:\/\/evil)/m)
})

describe('what a stranger wrote, and looks like a link or a message,', () => {
  const notice = { name: NAME, at: '2026-11-22T01:30:00.000Z', notMeLink: LINK }
  const expires = notice.at

  test.each([
    'evil.example',
    'see https://evil.example/now',
    'Your account was blocked. Call us now, or it is deleted at noon!',
  ])('is in no mail: %s', evil => {
    const mails: MailContent[] = [
      { to: 'ada@example.org', language: 'de', template: 'token-created', data: { ...notice, token: evil, expires } },
      {
        to: 'ada@example.org',
        language: 'de',
        template: 'factor-removed',
        data: { ...notice, factor: evil, factors: [{ kind: 'passkey', name: evil }] },
      },
      {
        to: 'ada@example.org',
        language: 'de',
        template: 'new-device',
        data: { ...notice, device: evil, address: null },
      },
    ]
    for (const mail of mails) expect(composed(mail).text).not.toContain(evil)
  })
})
