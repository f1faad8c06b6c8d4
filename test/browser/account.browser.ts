import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterEach, describe, expect, vi } from 'vitest'
import { minutes } from '../../src/durations.ts'
import { codeOf } from '../support/enrol.ts'
import { ADA } from '../support/harness.ts'
import { mailFor } from '../support/waiting-mails.ts'
import { addAuthenticator } from './authenticator.ts'
import { problemsOf } from './axe.ts'
import { ask, test } from './browser.ts'
import { announced, arrivedAt, descriptionOf, focused, openUserMenu, signInByPage, signOutByPage } from './forms.ts'
import { collectFaults } from './observe.ts'

afterEach(() => void vi.useRealTimers())

/** The server's clock goes on; that of the browser stays. */
const passTime = (milliseconds: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds })

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })
const section = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).click()
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

/** Answers the question that is open, by the button of this name. */
async function answer(page: Page, question: string, button: string) {
  const dialog = page.getByRole('dialog', { name: question, exact: true })
  await dialog.getByRole('button', { name: button, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}
const focusedText = (page: Page) => page.evaluate<string>('document.activeElement.textContent')

async function enter(page: Page, person = ADA) {
  await signInByPage(page, person)
  await heading(page, 'Profile').waitFor()
}
async function leave(page: Page) {
  await signOutByPage(page)
  await arrivedAt(page, '/sign-in')
}

const focusedLabel = (page: Page) => page.evaluate<string>('document.activeElement.getAttribute("aria-label")')

/** Opens the form by the button of the row, and sends it. */
async function changeEmail(page: Page, email: string) {
  await press(page, 'Change email')
  await page.getByLabel('New email').fill(email)
  await press(page, 'Change email')
}

/** Adds an authenticator app by the page. @returns its secret and the recovery codes */
async function addApp(page: Page) {
  await section(page, 'Security')
  await press(page, 'Add authenticator app')
  const shown = (await page.locator('code.secret').textContent()) ?? ''
  const secret = shown.replaceAll(' ', '')
  await page.getByLabel('6-digit code').fill(codeOf(secret))
  await page.keyboard.press('Enter')
  await page.getByText('Authenticator app added.').waitFor()
  return { secret, codes: await page.locator('.codes code').allTextContents() }
}

test('the profile: a new name counts at once, a new address when its mail is answered', async ({ page, site }) => {
  const faults = await collectFaults(page)
  await site.register()
  await enter(page)
  await press(page, 'Edit name')
  await page.getByLabel('Name', { exact: true }).fill('Ada King')
  await press(page, 'Save')
  await page.getByText('Name saved.').waitFor()
  expect(await focusedLabel(page)).toBe('Edit name')
  expect((await ask(page, 'GET', '/auth/profile')).body).toMatchObject({ name: 'Ada King' })
  await changeEmail(page, 'king@example.org')
  await page.getByText('We sent a link to the new address.').waitFor()
  const { link } = await mailFor(site, 'king@example.org', 'confirm-new-email')
  await page.goto(link)
  await press(page, 'Change email')
  await page.getByText('Your email was changed.').waitFor()
  await enter(page, { ...ADA, email: 'king@example.org' })
  expect(faults).toEqual([])
})

test('the profile says whether the email is confirmed, and a change that waits is resent or cancelled', async ({
  page,
  site,
}) => {
  await site.register()
  await enter(page)
  await page.getByText('Not confirmed').waitFor()
  await press(page, 'Resend confirmation')
  await page.getByText('We sent a link to your email.').waitFor()
  await page.getByRole('button', { name: /^Resend confirmation \(\d+ s\)$/ }).waitFor()
  await changeEmail(page, 'king@example.org')
  const waiting = page.getByText('Waiting for you to open the link we sent to king@example.org.')
  await waiting.waitFor()
  await page.getByRole('button', { name: /^Send it again \(\d+ s\)$/ }).waitFor()
  await page.reload()
  await waiting.waitFor()
  const first = await mailFor(site, 'king@example.org', 'confirm-new-email')
  await press(page, 'Send it again')
  await page.getByText('We sent a link to the new address.').waitFor()
  await expect
    .poll(async () => (await mailFor(site, 'king@example.org', 'confirm-new-email')).link)
    .not.toBe(first.link)
  await press(page, 'Cancel the change')
  await page.getByText('Email change canceled.').waitFor()
  await page.getByRole('button', { name: 'Change email' }).waitFor()
  await page.goto((await mailFor(site, 'king@example.org', 'confirm-new-email')).link)
  await press(page, 'Change email')
  await page.getByText('This link was used, has expired').waitFor()
  await page.goto((await mailFor(site, ADA.email, 'verify-email')).link)
  await press(page, 'Confirm email')
  await page.getByText('Your email is confirmed.').waitFor()
  await page.goto('/account')
  await page.getByText('Confirmed', { exact: true }).waitFor()
})

test('what is typed survives a refused save after a successful one, and another language', async ({ page, site }) => {
  await site.register()
  await enter(page)
  const name = page.getByLabel('Name', { exact: true })
  await press(page, 'Edit name')
  await name.fill('Ada King')
  await press(page, 'Save')
  await page.getByText('Name saved.').waitFor()
  await press(page, 'Edit name')
  await name.fill('x'.repeat(300))
  await press(page, 'Save')
  await expect.poll(() => descriptionOf(name)).not.toBe('How others see you. ')
  expect(await name.inputValue()).toBe('x'.repeat(300))
  await page.getByLabel('Language').selectOption('de')
  await heading(page, 'Profil').waitFor()
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('x'.repeat(300))
  expect(await focused(page)).toBe('name')
})

test('on a phone, the row of sections shows the current one', async ({ page, site }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await site.register()
  await enter(page)
  const current = page.locator('.tabs [aria-current]')
  for (const path of ['/account/activity', '/account/data', '/account']) {
    await page.goto(path)
    await current.waitFor()
    const { x = -1, width = 0 } = (await current.boundingBox()) ?? {}
    expect(x, path).toBeGreaterThanOrEqual(0)
    expect(x + width, path).toBeLessThanOrEqual(390)
    expect(await page.evaluate('scrollY')).toBe(0)
  }
})

test('recovery codes and a token survive clicks, other pages and another language until they are saved', async ({
  page,
  site,
}) => {
  await site.register()
  await enter(page)
  const { codes } = await addApp(page)
  await press(page, 'Copy')
  await page.getByLabel('Language').selectOption('de')
  await page.getByText(codes[0] ?? '').waitFor()
  await page.getByLabel('Sprache').selectOption('en')
  await section(page, 'API tokens')
  await answer(page, 'Leave without saving?', 'Stay')
  await page.getByText(codes[0] ?? '').waitFor()
  await section(page, 'API tokens')
  await answer(page, 'Leave without saving?', 'Leave')
  await press(page, 'New token')
  await page.getByLabel('Name').fill('backup')
  await press(page, 'Create token')
  const token = (await page.locator('code.secret').textContent()) ?? ''
  const asked = new Promise<string>(resolve =>
    page.once('dialog', dialog => void dialog.dismiss().then(() => resolve(dialog.type()))),
  )
  await page.evaluate('void setTimeout(() => location.reload())')
  expect(await asked).toBe('beforeunload')
  await signOutByPage(page)
  await answer(page, 'Sign out without saving?', 'Stay')
  expect(await page.locator('code.secret').textContent()).toBe(token)
  await press(page, 'I’ve saved it')
  await section(page, 'Security')
  await page.getByText(codes[0] ?? '').waitFor()
  await press(page, 'I’ve saved them')
  await section(page, 'Profile')
  await heading(page, 'Profile').waitFor()
  expect(await page.content()).not.toContain(codes[0])
}, 60_000)

test('recovery codes are printed, and nothing else', async ({ page, site }) => {
  await site.register()
  await enter(page)
  const { codes } = await addApp(page)
  await page.emulateMedia({ media: 'print' })
  const printed = await page.evaluate<string>('document.body.innerText')
  for (const code of codes) expect(printed).toContain(code)
  expect(printed).toContain('Save your recovery codes')
  for (const shown of ['Profile', 'Ada Lovelace', 'English', 'Download', 'Linked accounts', 'Change password'])
    expect(printed).not.toContain(shown)
})

test('old recovery codes work until the new ones are confirmed', async ({ page, site }) => {
  await site.register()
  await enter(page)
  const { codes: old } = await addApp(page)
  await press(page, 'I’ve saved them')
  await press(page, 'Create new codes')
  await page.getByText('Your old codes work until you confirm').waitFor()
  const [code = ''] = await page.locator('.codes code').allTextContents()
  expect(old).not.toContain(code)
  const { browser } = await site.signIn()
  await browser.post('/auth/second-factor').send({ recoveryCode: code }).expect(422)
  await browser.post('/auth/second-factor').send({ recoveryCode: old[0] }).expect(200)
  await press(page, 'I’ve saved them')
  await page.getByText('10 codes left.').waitFor()
  const { browser: later } = await site.signIn()
  await later.post('/auth/second-factor').send({ recoveryCode: old[1] }).expect(422)
  await later.post('/auth/second-factor').send({ recoveryCode: code }).expect(200)
}, 60_000)

test('the password is changed with the current one, and the other sessions end', async ({ page, site }) => {
  await site.register()
  const { browser } = await site.signIn()
  await enter(page)
  await section(page, 'Security')
  await press(page, 'Change password')
  expect(await focused(page)).toBe('currentPassword')
  await page.getByLabel('Current password').fill('wrong')
  await page.getByLabel('New password').fill('twelve orange kites at noon')
  await press(page, 'Change password')
  expect(await announced(page, 'alert')).not.toBe('')
  await page.getByLabel('Current password').fill(ADA.password)
  await press(page, 'Change password')
  await page.getByText('Your password was changed.').waitFor()
  expect(await focusedText(page)).toBe('Change password')
  await browser.get('/auth/session').expect(401)
})

describe('an authenticator app', () => {
  test('is added by its code; then its codes and the recovery codes let in', async ({ page, context, site }) => {
    const faults = await collectFaults(page)
    await site.register()
    await enter(page)
    const { secret, codes } = await addApp(page)
    expect(codes).toHaveLength(10)
    await press(page, 'I’ve saved them')
    expect(await page.content()).not.toContain(codes[0])
    await leave(page)

    passTime(30_000)
    await signInByPage(page, ADA)
    await heading(page, 'Two-step verification').waitFor()
    await page.getByText(ADA.email).waitFor()
    await page.getByLabel('6-digit code').fill('000000')
    expect(await announced(page, 'alert')).toContain('That code didn’t work')
    await page.getByLabel('6-digit code').fill(codeOf(secret))
    await heading(page, 'Profile').waitFor()
    await leave(page)

    await signInByPage(page, ADA)
    await press(page, 'Use a recovery code instead')
    await page.getByLabel('Recovery code').fill(codes[0] ?? '')
    await page.getByLabel('Trust this browser for 30 days').check()
    await press(page, 'Continue')
    await heading(page, 'Profile').waitFor()
    await section(page, 'Security')
    await page.getByText('9 codes left.').waitFor()
    await leave(page)

    await signInByPage(page, ADA)
    await heading(page, 'Profile').waitFor()
    expect((await context.cookies()).map(({ name }) => name)).toContain('latchkey.device')
    await section(page, 'Sessions and devices')
    await page.getByText('Trusted', { exact: true }).waitFor()
    await press(page, 'Stop trusting')
    await page.getByRole('dialog').getByRole('button', { name: 'Stop trusting' }).click()
    // A trusted browser is no fresh proof.
    passTime(60_000)
    await page.getByRole('dialog', { name: 'Confirm it’s you' }).getByLabel('6-digit code').fill(codeOf(secret))
    await page.keyboard.press('Enter')
    await page.getByText('The browser is no longer trusted.').waitFor()
    await page.getByText('Trusted', { exact: true }).waitFor({ state: 'detached' })
    expect(faults.filter(each => !/status of (403|422)/.test(each))).toEqual([])
  }, 60_000)

  test('is shown as a picture that is an image, and its key can be typed', async ({ page, site }) => {
    const faults = await collectFaults(page)
    await site.register()
    await enter(page)
    await section(page, 'Security')
    await press(page, 'Add authenticator app')
    const picture = page.getByRole('img', { name: 'QR code for the authenticator app' })
    await expect
      .poll(() => picture.evaluate((image: { naturalWidth: number }) => image.naturalWidth))
      .toBeGreaterThan(0)
    expect(await picture.getAttribute('src')).toMatch(/^data:image\/svg\+xml,/)
    expect(await focused(page)).toBe('code')
    expect(await page.getByRole('dialog').getByRole('listitem').count()).toBe(3)
    expect(await problemsOf(page)).toEqual([])
    expect(await page.getByText('Recovery codes').count()).toBe(0)
    expect(faults).toEqual([])
  })
})

/** The authenticator of the tests would take any offer at once; a person first chooses it from a list. */
function withoutOffers(page: Page) {
  return page.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false)')
}

test('a passkey is offered in the field of the name, beside saved passwords', async ({ page, context, site }) => {
  await addAuthenticator(context, page)
  await site.register()
  await enter(page)
  await section(page, 'Security')
  await press(page, 'Add passkey')
  await page.getByText('Passkey added.').waitFor()
  await press(page, 'I’ve saved them')
  await leave(page)
  await page.getByLabel('Email or username').click()
  await heading(page, 'Profile').waitFor()
})

test('a passkey is added, signs in without a password, and is removed', async ({ page, context, site }) => {
  const faults = await collectFaults(page)
  await withoutOffers(page)
  await addAuthenticator(context, page)
  await site.register()
  await enter(page)
  await section(page, 'Security')
  await page.getByText('Recommended').waitFor()
  await press(page, 'Add passkey')
  await page.getByText('Passkey added.').waitFor()
  await press(page, 'I’ve saved them')
  await page.getByText(/Chrome.* on Linux/).waitFor()
  await page.getByText(/^Added .*, not used yet$/).waitFor()
  await page.getByRole('button', { name: /^Rename: / }).click()
  await page.getByLabel('Name of the passkey').fill('laptop')
  await press(page, 'Save')
  await page.getByText('Passkey renamed.').waitFor()
  await expect.poll(() => focusedLabel(page)).toBe('Rename: laptop')
  expect(await problemsOf(page)).toEqual([])
  await leave(page)

  await press(page, 'Sign in with a passkey')
  await heading(page, 'Profile').waitFor()
  await leave(page)

  await signInByPage(page, ADA)
  await press(page, 'Use a passkey')
  await heading(page, 'Profile').waitFor()
  passTime(minutes(6))
  await section(page, 'Security')
  await page.getByText(/^Added .*, last used today$/).waitFor()
  await press(page, 'Remove: laptop')
  await answer(page, 'Remove the passkey “laptop”?', 'Remove')
  await page.getByRole('dialog', { name: 'Confirm it’s you' }).waitFor()
  await press(page, 'Use a passkey')
  await page.getByText('Passkey removed.').waitFor()
  expect(await page.getByRole('dialog').count()).toBe(0)
  expect(faults.filter(each => !/status of 403/.test(each))).toEqual([])
}, 40_000)

describe('7.5.1 where a fresh proof is needed', () => {
  test('a dialog asks for it, and the step goes on by itself', async ({ page, site }) => {
    await site.register()
    await enter(page)
    passTime(minutes(6))
    await section(page, 'API tokens')
    await press(page, 'New token')
    await page.getByLabel('Name').fill('nightly backup')
    await press(page, 'Create token')
    const dialog = page.getByRole('dialog', { name: 'Confirm it’s you' })
    await dialog.getByLabel('Password', { exact: true }).fill('wrong')
    await page.keyboard.press('Enter')
    expect(await announced(page, 'alert')).not.toBe('')
    await dialog.getByLabel('Password', { exact: true }).fill(ADA.password)
    await page.keyboard.press('Enter')
    await page.getByText('Save your token').waitFor()
    expect(await dialog.count()).toBe(0)
  })

  test('it can be closed, by Escape too: then nothing happens and nothing is lost', async ({ page, site }) => {
    await site.register()
    await enter(page)
    passTime(minutes(6))
    await changeEmail(page, 'king@example.org')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.getByLabel('New email').inputValue()).toBe('king@example.org')
    await expect.poll(() => page.getByRole('button', { name: 'Change email' }).isEnabled()).toBe(true)
    await press(page, 'Change email')
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await announcedErrors(page)).toEqual([])
  })
})

const announcedErrors = async (page: Page) => (await page.getByRole('alert').allTextContents()).filter(Boolean)

describe('where the server asks for a second factor (MFA_REQUIRED)', () => {
  test.override('settings', { MFA_REQUIRED: 'all' })

  test('somebody without one is led to add it, and can do everything then', async ({ page, site }) => {
    await site.register()
    await signInByPage(page, ADA)
    await heading(page, 'Security').waitFor()
    await page.getByText('This server requires two-step verification.').waitFor()
    expect(await page.getByRole('link', { name: 'API tokens' }).count()).toBe(0)
    expect(await page.getByLabel('Current password').count()).toBe(0)
    await addApp(page)
    await press(page, 'I’ve saved them')
    await section(page, 'API tokens')
    await page.getByText('No tokens yet.').waitFor()
  })
})

test('a token is shown once, opens the API, and is revoked', async ({ page, site }) => {
  await site.register()
  await enter(page)
  await section(page, 'API tokens')
  await page.getByText('No tokens yet.').waitFor()
  await press(page, 'New token')
  expect(await focused(page)).toBe('name')
  await press(page, 'Cancel')
  expect(await focusedText(page)).toBe('New token')
  await press(page, 'New token')
  await page.getByLabel('Name').fill('<b>backup</b>')
  await press(page, 'Create token')
  const token = (await page.locator('code.secret').textContent()) ?? ''
  const me = () => fetch(`${site.url}/api/v1/me`, { headers: { Authorization: `Bearer ${token}` } })
  expect((await me()).status).toBe(200)
  expect(await page.getByText('curl -H').textContent()).toBe(
    `curl -H "Authorization: Bearer ${token}" ${site.origin}/api/v1/me`,
  )
  expect(await problemsOf(page)).toEqual([])
  await press(page, 'I’ve saved it')
  expect(await page.content()).not.toContain(token)
  expect(await page.locator('main b').count()).toBe(0)
  await press(page, 'Revoke <b>backup</b>')
  await answer(page, 'Revoke “<b>backup</b>”?', 'Cancel')
  expect((await me()).status).toBe(200)
  expect(await focusedText(page)).toBe('Revoke')
  await press(page, 'Revoke <b>backup</b>')
  await answer(page, 'Revoke “<b>backup</b>”?', 'Revoke')
  await page.getByText('Token revoked.').waitFor()
  await expect.poll(() => focusedText(page)).toBe('Token revoked.')
  expect((await me()).status).toBe(401)
})

test('sessions are one list with this device first, and others are signed out', async ({ page, site }) => {
  await site.register()
  const { browser } = await site.signIn()
  await site.signIn()
  await enter(page)
  await section(page, 'Sessions and devices')
  const rows = page.getByRole('listitem').filter({ hasText: 'IP address 127.0.0.1' })
  await rows.first().getByText('This device').waitFor()
  await rows.first().getByText('active now').waitFor()
  expect(await problemsOf(page)).toEqual([])
  await page
    .getByRole('main')
    .getByRole('button', { name: /^Sign out / })
    .last()
    .click()
  await page.getByText('Signed out of 1 session.').waitFor()
  await expect.poll(() => focusedText(page)).toBe('Signed out of 1 session.')
  await press(page, 'Sign out everywhere else')
  await answer(page, 'Sign out everywhere else?', 'Sign out everywhere else')
  await page.getByText('No other active sessions.').waitFor()
  await browser.get('/auth/session').expect(401)
  await page.getByText(/^Recognized browsers/).click()
  await press(page, 'Remove all other browsers')
  await answer(page, 'Remove all other browsers?', 'Remove')
  await page.getByText('Removed.').waitFor()
})

test('what happened is told in words, by day, and an unknown sign-in leads to a new password', async ({
  page,
  site,
}) => {
  await site.register()
  await enter(page)
  await section(page, 'Activity')
  const signedIn = page.getByRole('listitem').filter({ hasText: 'Signed in' })
  await signedIn.getByText('with password').waitFor()
  await page.getByRole('heading', { name: /^Today, / }).waitFor()
  await page.getByText('Account created').waitFor()
  expect(await problemsOf(page)).toEqual([])
  await signedIn.getByRole('button', { name: 'Wasn’t you?' }).click()
  await answer(page, 'Don’t recognize this sign-in?', 'Change password')
  await heading(page, 'Security').waitFor()
  await page.getByLabel('Current password').waitFor()
})

test('the data are exported as a file, and the account deleted for good', async ({ page, site }) => {
  await site.register()
  await enter(page)
  await section(page, 'Your data')
  const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Export my data')])
  expect(download.suggestedFilename()).toBe('account.json')
  expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toMatchObject({ account: { email: ADA.email } })
  await press(page, 'Delete account…')
  await page.getByText('Security logs are kept for 365 days.').waitFor()
  expect(await problemsOf(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect.poll(() => focusedText(page)).toBe('Delete account…')
  await press(page, 'Delete account…')
  const address = page.getByLabel('Type your email to confirm')
  await address.fill('other@example.org')
  await press(page, 'Delete my account')
  await expect.poll(() => descriptionOf(address)).not.toBe('')
  await address.fill(ADA.email)
  await press(page, 'Delete my account')
  await arrivedAt(page, '/')
  await page.getByText('Your account was deleted.').waitFor()
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).waitFor()
  expect(await site.rows(`SELECT 1 FROM "Users" WHERE "email" = '${ADA.email}'`)).toEqual([])
})

test('the user menu closes when Tab leaves it and by Escape, and stays open when only a heading takes the focus', async ({
  page,
  site,
}) => {
  await site.register()
  await signInByPage(page, ADA)
  await heading(page, 'Profile').waitFor()
  const signOut = page.getByRole('banner').getByRole('button', { name: 'Sign out', exact: true })
  await openUserMenu(page)
  await signOut.waitFor()
  await heading(page, 'Profile').focus()
  await signOut.waitFor()
  await page.keyboard.press('Tab')
  await signOut.waitFor({ state: 'detached' })
  await openUserMenu(page)
  await signOut.waitFor()
  await page.keyboard.press('Escape')
  await signOut.waitFor({ state: 'detached' })
})
