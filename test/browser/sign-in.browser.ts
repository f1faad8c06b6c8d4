import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { LANGUAGES } from '../../web/src/text/languages.ts'
import { ADA } from '../support/harness.ts'
import { mailFor } from '../support/waiting-mails.ts'
import { ask, test } from './browser.ts'
import { announced, arrivedAt, descriptionOf, focused, signInByPage, signOutByPage } from './forms.ts'
import { collectFaults, collectRequests } from './observe.ts'

/** In bytes, as they travel. */
const BUDGET = 45_000

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })
const textOf = (page: Page) => page.locator('body').textContent()

test('3.6.1 somebody registers, confirms the address, signs in and signs out, and no other host hears of it', async ({
  page,
  context,
  site,
}) => {
  const faults = await collectFaults(page)
  const requests = collectRequests(context)
  await page.goto('/')
  await page.getByRole('main').getByRole('link', { name: 'Create account' }).click()
  await heading(page, 'Create account').waitFor()
  expect(await focused(page)).toBe('name')
  expect(await page.title()).toBe('Create account – Latchkey')
  for (const [name, value] of Object.entries(ADA)) await page.locator(`[name=${name}]`).fill(value)
  await page.getByRole('button', { name: 'Create account' }).click()
  await heading(page, 'Profile').waitFor()
  expect(await announced(page, 'status')).toBe(`We sent a link to ${ADA.email}. Open it to confirm your email.`)
  await signOutByPage(page)
  await arrivedAt(page, '/sign-in')

  const { link, token } = await mailFor(site, ADA.email, 'verify-email')
  await page.goto(link)
  await heading(page, 'Confirm your email').waitFor()
  expect(await site.rows(`SELECT 1 FROM "Users" WHERE "emailVerifiedAt" IS NOT NULL`)).toEqual([])
  expect(page.url()).toBe(`${site.origin}/verify-email`)
  await page.getByRole('button', { name: 'Confirm email' }).click()
  expect(await announced(page, 'status')).toBe('Your email is confirmed.')
  expect(await site.rows(`SELECT 1 FROM "Users" WHERE "emailVerifiedAt" IS NOT NULL`)).toHaveLength(1)

  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('Email or username').fill(ADA.email)
  await page.getByLabel('Password', { exact: true }).fill(ADA.password)
  await page.getByLabel('Stay signed in for 30 days').check()
  await page.keyboard.press('Enter')
  await arrivedAt(page, '/account')
  expect((await ask(page, 'GET', '/auth/session')).body).toMatchObject({ session: { remembered: true } })
  expect(await page.evaluate('document.cookie')).toBe('')
  expect(await page.evaluate('[...Object.keys(localStorage), ...Object.keys(sessionStorage)]')).toEqual([])
  await signOutByPage(page)
  await arrivedAt(page, '/sign-in')

  expect([...new Set(requests.map(({ url }) => new URL(url).origin))]).toEqual([site.origin])
  expect(JSON.stringify(requests)).not.toContain(token)
  expect(faults).toEqual([])
})

test.for(Object.keys(LANGUAGES))(
  'the page to sign in is at most 45 kB in all, as it travels (%s)',
  async (locale, { chromium, site, annotate }) => {
    const context = await chromium.newContext({ baseURL: site.origin, locale })
    const page = await context.newPage()
    await page.goto('/sign-in')
    await page.locator('[name=password]').waitFor()
    const sizes = await page.evaluate<number[]>(
      `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(each => each.transferSize)`,
    )
    await context.close()
    const sum = sizes.reduce((sum, each) => sum + each)
    await annotate(`${sum} bytes`)
    expect(sizes.length).toBeGreaterThan(4)
    expect(sum).toBeLessThan(BUDGET)
  },
)

test('its assets are kept for good, and the page itself is asked for anew', async ({ page, site }) => {
  const answer = await page.goto('/sign-in')
  expect(answer?.headers()['cache-control']).toBe('no-cache')
  const script = await page.locator('script[src]').first().getAttribute('src')
  const asset = await page.request.get(`${site.origin}${script}`)
  expect(asset.headers()['cache-control']).toBe('public, max-age=31536000, immutable')
})

test('a browser without a session cookie asks nothing and shows no error, and one with a session goes on', async ({
  page,
  context,
  site,
}) => {
  const errors: string[] = []
  page.on('console', message => void (message.type() === 'error' && errors.push(message.text())))
  const requests = collectRequests(context)
  await page.goto('/sign-in')
  await page.getByLabel('Password', { exact: true }).waitFor()
  await page.goto('/')
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).waitFor()
  await page.waitForLoadState('networkidle')
  expect(requests.filter(({ url }) => url.includes('/auth/'))).toEqual([])
  expect(errors).toEqual([])

  await site.register()
  await signInByPage(page, ADA)
  await arrivedAt(page, '/account')
  await page.goto('/')
  await page.getByText(`You are signed in as ${ADA.name}.`).waitFor()
  await page.goto('/sign-in')
  await arrivedAt(page, '/account')
})

test('it works by keyboard alone', async ({ page, site }) => {
  await site.register()
  await page.goto('/sign-in')
  await page.getByLabel('Password', { exact: true }).waitFor()
  const { keyboard } = page
  expect(await focused(page)).toBe('identifier')
  await keyboard.type(ADA.email)
  await keyboard.press('Tab')
  await keyboard.type(ADA.password)
  await keyboard.press('Enter')
  await heading(page, 'Profile').waitFor()
  expect(await focused(page)).toBe('H1')
})

test('6.2.9 what speaks against a new password is said as soon as it is written', async ({ page }) => {
  await page.goto('/register')
  const password = page.getByLabel('Password', { exact: true })
  await password.fill('aaaaaaaaaaaaaaaaaaaa')
  await page.keyboard.press('Tab')
  await expect.poll(() => descriptionOf(password)).toContain('harder to guess')
  await password.fill(ADA.password)
  await page.keyboard.press('Tab')
  await expect.poll(() => descriptionOf(password)).toContain('At least 15 characters')
  expect(await announced(page, 'status')).toMatch(/^(Good|Strong)$/)
})

test('a refusal is announced, names no reason, and leaves what was typed', async ({ page, site }) => {
  await site.register()
  await signInByPage(page, { ...ADA, password: 'wrong' })
  expect(await announced(page, 'alert')).toBe('Wrong email or password.')
  expect(await page.getByLabel('Email or username').inputValue()).toBe(ADA.email)
})

test('an empty field is said beside it, and has the focus', async ({ page }) => {
  await page.goto('/sign-in')
  await page.getByLabel('Email or username').fill(ADA.email)
  await page.keyboard.press('Enter')
  const password = page.getByLabel('Password', { exact: true })
  await expect.poll(() => descriptionOf(password)).toBe('Enter a password.')
  expect(await focused(page)).toBe('password')
})

test('an error goes with the first key in its field, and what was typed survives another language', async ({
  page,
}) => {
  await page.goto('/register')
  await page.getByLabel('Name', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Create account' }).click()
  const name = page.getByLabel('Name', { exact: true })
  const password = page.getByLabel('Password', { exact: true })
  await expect.poll(() => descriptionOf(name)).toBe('Enter a name.')
  await name.pressSequentially('A')
  await expect.poll(() => descriptionOf(name)).toBe('')
  expect(await name.getAttribute('aria-invalid')).toBeNull()
  expect(await descriptionOf(page.getByLabel('Email'))).toBe('Enter your email.')
  await page.getByLabel('Email').fill(ADA.email)
  await password.fill('aaaaaaaaaaaaaaaaaaaa')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect.poll(() => password.getAttribute('aria-invalid')).toBe('true')
  await password.fill(ADA.password)
  await expect.poll(() => descriptionOf(password)).toBe('At least 15 characters. A short sentence works well.')
  await page.getByLabel('Language').selectOption('de')
  await heading(page, 'Konto erstellen').waitFor()
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('A')
  expect(await page.getByLabel('Passwort', { exact: true }).inputValue()).toBe(ADA.password)
})

test('caps lock is said beside the password', async ({ page }) => {
  await page.goto('/sign-in')
  await page.getByLabel('Password', { exact: true }).waitFor()
  await page.evaluate(`document.querySelector('[name=password]').dispatchEvent(
    new KeyboardEvent('keydown', { key: 'A', modifierCapsLock: true, bubbles: true }))`)
  await page.getByText('Caps Lock is on.').waitFor()
})

describe('where the name comes first (SIGN_IN_FORM)', () => {
  test.override('settings', { SIGN_IN_FORM: 'identifier-first', SIGN_IN_WITH: 'password,passkey,email' })

  test('the password is asked for afterwards, and another account can be chosen', async ({ page, site }) => {
    await site.register()
    await page.goto('/sign-in')
    await page.getByLabel('Email or username').fill('bob@example.org')
    await page.keyboard.press('Enter')
    await page.getByLabel('Password', { exact: true }).waitFor()
    await expect.poll(() => focused(page)).toBe('password')
    await page.getByRole('button', { name: 'Use another account' }).click()
    const name = page.getByLabel('Email or username')
    expect(await name.inputValue()).toBe('bob@example.org')
    await name.fill(ADA.email)
    await page.getByRole('button', { name: 'Continue', exact: true }).click()
    await page.getByText(ADA.email).waitFor()
    await expect.poll(() => focused(page)).toBe('password')
    await page.keyboard.type(ADA.password)
    await page.keyboard.press('Enter')
    await heading(page, 'Profile').waitFor()
  })
})

describe('where people cannot register by themselves', () => {
  test.override('settings', { REGISTRATION: 'invite' })

  test('no page offers to create an account', async ({ page }) => {
    for (const address of ['/', '/sign-in']) {
      await page.goto(address)
      await page.getByRole('main').getByText('Sign in').first().waitFor()
      expect(await page.getByRole('link', { name: /account/ }).count()).toBe(0)
    }
  })
})

test('what password managers look for is there', async ({ page }) => {
  await page.goto('/sign-in')
  await page.getByLabel('Password', { exact: true }).waitFor()
  const purposes = () =>
    page
      .locator('form input:not([type=checkbox])')
      .evaluateAll((fields: { autocomplete: string }[]) => fields.map(each => each.autocomplete))
  expect(await purposes()).toEqual(['username webauthn', 'current-password'])
  await page.goto('/register')
  await page.getByLabel('Password', { exact: true }).waitFor()
  expect(await purposes()).toEqual(['name', 'email', 'username', 'new-password'])
})

describe('where it leads', () => {
  test.for([
    ['/account/sessions', '/account/sessions'],
    ['//evil.example/x', '/account'],
    ['/\\evil.example/x', '/account'],
    ['https://evil.example/x', '/account'],
    ['/\t/evil.example', '/account'],
    ['javascript:alert(1)', '/account'],
    ['/sign-in', '/account'],
    ['/auth/session', '/account'],
    ['/x/..//AUTH/session', '/account'],
  ] as const)('returnTo %j leads to %s', async ([wanted, path], { page, site }) => {
    await site.register()
    await page.goto(`/sign-in?returnTo=${encodeURIComponent(wanted)}`)
    await page.getByLabel('Email or username').fill(ADA.email)
    await page.getByLabel('Password', { exact: true }).fill(ADA.password)
    await page.keyboard.press('Enter')
    await arrivedAt(page, path)
    expect(new URL(page.url()).origin).toBe(site.origin)
  })

  test('who opens a page of the account first signs in, and then is there', async ({ page, site }) => {
    await site.register()
    await page.goto('/account/sessions')
    await arrivedAt(page, '/sign-in')
    await page.getByLabel('Email or username').fill(ADA.email)
    await page.getByLabel('Password', { exact: true }).fill(ADA.password)
    await page.keyboard.press('Enter')
    await heading(page, 'Sessions and devices').waitFor()
  })
})

test('7.4.1 14.3.1 signing out in one tab is seen in the other, and Back shows nothing private in either', async ({
  page,
  context,
  site,
}) => {
  await site.register()
  await signInByPage(page, ADA)
  await heading(page, 'Profile').waitFor()
  const other = await context.newPage()
  await other.goto('/account')
  await other.getByText(ADA.email).first().waitFor()
  await other.goto('/docs')
  await other.goto('/')
  await page.getByRole('link', { name: 'Activity' }).click()
  await signOutByPage(page)
  await arrivedAt(page, '/sign-in')
  await other.getByRole('main').getByRole('link', { name: 'Sign in' }).waitFor()

  for (const [tab, steps] of [
    [page, -1],
    [other, -2],
  ] as const) {
    await tab.evaluate(`void setTimeout(() => history.go(${steps}))`)
    await arrivedAt(tab, '/sign-in')
    await heading(tab, 'Sign in to Latchkey').waitFor()
    expect(await tab.content()).not.toContain(ADA.email)
    expect(await tab.content()).not.toContain(ADA.name)
  }
})

test('why a session is over is said where one signs in again', async ({ page, site }) => {
  await site.register()
  await signInByPage(page, ADA)
  await heading(page, 'Profile').waitFor()
  const { browser } = await site.signIn()
  await browser.delete('/auth/sessions').expect(200)
  await page.getByRole('link', { name: 'Sessions and devices' }).click()
  await arrivedAt(page, '/sign-in')
  await page.getByText('You were signed out from another device.').waitFor()
  expect(await textOf(page)).not.toContain(ADA.email)
})

test('a registration goes on to where the sign-in would have led', async ({ page }) => {
  await page.goto('/account/sessions')
  await page.getByRole('link', { name: 'Create an account' }).click()
  for (const [name, value] of Object.entries(ADA)) await page.locator(`[name=${name}]`).fill(value)
  await page.getByRole('button', { name: 'Create account' }).click()
  await arrivedAt(page, '/account/sessions')
})

describe('with a mail server', () => {
  test.override('settings', { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'login@example.org' })

  test('after a registration the email can be sent again, but not at once', async ({ page, site }) => {
    await page.clock.install()
    await page.goto('/register')
    for (const [name, value] of Object.entries(ADA)) await page.locator(`[name=${name}]`).fill(value)
    await page.getByRole('button', { name: 'Create account' }).click()
    await heading(page, 'Check your email').waitFor()
    expect(await announced(page, 'status')).toContain(`to ${ADA.email}. Open its link in this browser`)
    const { link: first } = await mailFor(site, ADA.email, 'verify-email')

    const again = page.getByRole('button', { name: /^Send another email/ })
    await again.click({ force: true })
    await heading(page, 'Check your email').waitFor()
    expect(await again.getAttribute('aria-disabled')).toBe('true')
    await page.clock.runFor(20_000)
    await page.getByRole('button', { name: 'Send another email (10 s)' }).waitFor()
    await page.clock.runFor(10_000)
    await again.click()
    await page.getByText('Another email is on its way.').waitFor()
    expect(await again.textContent()).toMatch(/\((30|29) s\)$/)
    await expect.poll(async () => (await mailFor(site, ADA.email, 'verify-email')).link).not.toBe(first)

    const { link } = await mailFor(site, ADA.email, 'verify-email')
    await page.goto(link)
    await page.getByRole('button', { name: 'Confirm email' }).click()
    await page.getByText('Your email is confirmed.').waitFor()
    await signInByPage(page, ADA)
    await heading(page, 'Profile').waitFor()
  })
})

test('6.4.1 a forgotten password is set anew by the link of the mail, once', async ({ page, site }) => {
  await site.register()
  await page.goto('/sign-in')
  await page.getByLabel('Email or username').fill(ADA.email)
  await page.getByRole('link', { name: 'Forgot password?' }).click()
  await heading(page, 'Forgot your password?').waitFor()
  expect(await page.getByLabel('Email').inputValue()).toBe(ADA.email)
  expect(await focused(page)).toBe('email')
  await page.keyboard.press('Enter')
  expect(await announced(page, 'status')).toContain(`If ${ADA.email} has an account`)
  await page.getByRole('button', { name: /^Send another email \(\d+ s\)$/ }).waitFor()
  const { link } = await mailFor(site, ADA.email, 'reset-password')
  await page.goto(link)
  await page.getByLabel('New password').fill('short')
  await page.keyboard.press('Enter')
  await expect.poll(() => descriptionOf(page.getByLabel('New password'))).toContain('at least 15 characters')
  const password = 'twelve orange kites at noon'
  await page.getByLabel('New password').fill(password)
  await page.keyboard.press('Enter')
  expect(await announced(page, 'status')).toContain('Your password was changed')
  await signInByPage(page, { ...ADA, password })
  await heading(page, 'Profile').waitFor()
  await page.goto('about:blank')
  await page.goto(link)
  await page.getByLabel('New password').fill(password)
  await page.keyboard.press('Enter')
  expect(await announced(page, 'alert')).toContain('This link was used')
})

test('3.2.2 a name that is markup is shown as text', async ({ page, site }) => {
  const name = '<img src=x onerror=alert(1)><b>Ada</b>'
  const faults = await collectFaults(page)
  await site.register({ ...ADA, name })
  await signInByPage(page, ADA)
  await heading(page, 'Profile').waitFor()
  await page.getByRole('main').getByText(name, { exact: true }).first().waitFor()
  await page.goto('/')
  await page.getByText(`You are signed in as ${name}.`).waitFor()
  expect(await page.locator('main img, main b').count()).toBe(0)
  expect(faults).toEqual([])
})

describe('another language', () => {
  test('is chosen by a switch, stays chosen after signing out, and is the only thing kept in the browser', async ({
    page,
    site,
  }) => {
    await site.register()
    await page.goto('/sign-in')
    await page.getByLabel('Language').selectOption('de')
    await heading(page, 'Bei Latchkey anmelden').waitFor()
    expect(await page.getAttribute('html', 'lang')).toBe('de')
    await page.getByLabel('E-Mail-Adresse oder Benutzername').fill(ADA.email)
    await page.getByLabel('Passwort', { exact: true }).fill(ADA.password)
    await page.keyboard.press('Enter')
    await heading(page, 'Profil').waitFor()
    await page.getByRole('button', { name: /^Kontomenü:/ }).click()
    await page.getByRole('button', { name: 'Abmelden' }).click()
    await arrivedAt(page, '/sign-in')
    await page.reload()
    await heading(page, 'Bei Latchkey anmelden').waitFor()
    expect(await page.evaluate('Object.entries(localStorage)')).toEqual([['language', 'de']])
  })

  test('is that of the browser where nothing was chosen', async ({ chromium, site }) => {
    const context = await chromium.newContext({ baseURL: site.origin, locale: 'de-AT' })
    const page = await context.newPage()
    await page.goto('/')
    await page.getByRole('main').getByRole('link', { name: 'Anmelden' }).waitFor()
    await context.close()
  })
})
