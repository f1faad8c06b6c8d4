import type { Page } from 'playwright-core'
import { describe, expect, vi } from 'vitest'
import type { EnvSource } from '../../configs/env.ts'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { codeOf } from '../support/enrol.ts'
import { ADA, BOB } from '../support/harness.ts'
import { startOidcServer } from '../support/oidc-server.ts'
import { mailFor } from '../support/waiting-mails.ts'
import { problemsOf } from './axe.ts'
import { ask, test as base } from './browser.ts'
import { announced, arrivedAt, signInByPage, signOutByPage } from './forms.ts'
import { collectFaults } from './observe.ts'

const SECRET = 'a secret of the client of the tests'
const GRACE = { sub: 'g-1', email: 'grace@example.org', email_verified: true, name: 'Grace Hopper' }
const ADA_THERE = { sub: 'a-1', email: ADA.email, email_verified: true, name: ADA.name }

/** A provider on another site than the server: 127.0.0.1, not localhost. */
const test = base
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern which fixtures this one needs
  .extend('idp', async ({}, { onCleanup }) => {
    const idp = await startOidcServer()
    onCleanup(async () => void (await idp.close()))
    return idp
  })
  .extend('more', {} as EnvSource)
  .override('settings', ({ idp, more }) => ({
    OIDC_CORP_ISSUER: idp.issuer,
    OIDC_CORP_CLIENT_ID: 'latchkey',
    OIDC_CORP_CLIENT_SECRET: SECRET,
    ...more,
  }))
  .extend('corp', async ({ idp, site }) => {
    // It warns that what it keeps is gone when it ends.
    // biome-ignore lint/suspicious/noConsole: the provider prints there
    vi.mocked(console.warn).mockImplementationOnce(() => {})
    await idp.serve(site.origin, SECRET)
    return idp
  })

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const continueWithCorp = (page: Page) => page.getByRole('link', { name: 'Continue with Corp' })
const whoIs = async (page: Page) => (await ask(page, 'GET', '/auth/session')).body

async function signInByCorp(page: Page, from = '/sign-in') {
  await page.goto(from)
  await continueWithCorp(page).click()
}

test('somebody signs in with a provider, goes on to where they were, and sees next time what they used', async ({
  page,
  corp,
}) => {
  const faults = await collectFaults(page)
  corp.account = GRACE
  await page.goto('/account/sessions')
  await page.getByLabel('Stay signed in for 30 days').check()
  await continueWithCorp(page).click()
  await heading(page, 'Sessions and devices').waitFor()
  expect(await whoIs(page)).toMatchObject({ user: { name: GRACE.name }, session: { remembered: true } })
  await signOutByPage(page)
  await arrivedAt(page, '/sign-in')
  await page.reload()
  expect(await continueWithCorp(page).textContent()).toBe('Continue with Corp Last used')
  expect(faults).toEqual([])
})

test('after signing out, the page offers to sign out of the provider too', async ({ page, corp, site }) => {
  corp.account = GRACE
  await signInByCorp(page)
  await heading(page, 'Profile').waitFor()
  await signOutByPage(page)
  const link = page.getByRole('link', { name: 'Also sign out of Corp' })
  expect(await link.getAttribute('href')).toContain(corp.issuer)
  expect(await problemsOf(page)).toEqual([])
  await page.goto(`${site.origin}/sign-in`)
  await continueWithCorp(page).waitFor()
  expect(await link.count()).toBe(0)
})

test('6.4.4 the second step follows the sign-in with a provider, and leads on to where the person was', async ({
  page,
  corp,
  site,
}) => {
  corp.account = GRACE
  await signInByCorp(page)
  await heading(page, 'Profile').waitFor()
  const { body: enrolment } = await ask(page, 'POST', '/auth/totp')
  const { body: added } = await ask(page, 'POST', '/auth/totp/confirm', { code: codeOf(String(enrolment.secret)) })
  const [recoveryCode = ''] = added.recoveryCodes as string[]
  await ask(page, 'POST', '/auth/logout')
  await site.rows(`DELETE FROM "Devices"`)
  await page.goto('/account/tokens')
  await continueWithCorp(page).click()
  await heading(page, 'Two-step verification').waitFor()
  await button(page, 'Use another account').click()
  await continueWithCorp(page).click()
  await button(page, 'Use a recovery code instead').click()
  await page.getByLabel('Recovery code').fill(recoveryCode)
  await page.keyboard.press('Enter')
  await heading(page, 'API tokens').waitFor()
})

test('a review after a recovery names the linked account', async ({ page, corp, site }) => {
  corp.account = GRACE
  await signInByCorp(page)
  await heading(page, 'Profile').waitFor()
  await ask(page, 'POST', '/auth/logout')
  await ask(page, 'POST', '/auth/forgot-password', { email: GRACE.email })
  await page.goto((await mailFor(site, GRACE.email, 'reset-password')).link)
  await page.getByLabel('New password').fill(ADA.password)
  await page.keyboard.press('Enter')
  await page.getByText('Your password was changed.').waitFor()
  await signInByPage(page, { email: GRACE.email, password: ADA.password })
  await page.getByLabel(/^Corp account grace@example.org/).check()
  await button(page, 'Continue').click()
  await heading(page, 'Profile').waitFor()
})

test('3.5.1 no address of this site starts a sign-in with a provider by itself', async ({ page, corp, site }) => {
  await site.register()
  await signInByPage(page, ADA)
  await heading(page, 'Profile').waitFor()
  // The identity of the person who made the link and signed the browser in at the provider.
  corp.account = GRACE
  await page.goto('/sign-in?returnTo=/auth/oidc/corp')
  await heading(page, 'Profile').waitFor()
  expect(await whoIs(page)).toMatchObject({ user: { name: ADA.name } })
})

test('somebody who cancels is told so, and tries again', async ({ page, corp }) => {
  await signInByCorp(page)
  expect(await announced(page, 'alert')).toContain('You canceled at Corp. Nothing has changed.')
  await page.getByLabel('Language').selectOption('de')
  await page.getByText('Sie haben bei Corp abgebrochen.').waitFor()
  await page.getByLabel('Sprache').selectOption('en')
  corp.account = GRACE
  await page.getByRole('link', { name: 'Try again with Corp' }).click()
  await heading(page, 'Profile').waitFor()
})

describe('what the sign-in page says of a problem', () => {
  test.for([
    ['provider_refused', 'Signing in with Corp was refused.', true],
    ['provider_answer_unknown', 'This server wasn’t waiting for an answer from Corp.', true],
    ['provider_answer_foreign', 'was started in another browser or session', true],
    ['provider_answer_used', 'was already used', true],
    ['provider_answer_expired', 'took longer than ten minutes', true],
    ['provider_unavailable', 'Corp is not available right now.', true],
    ['registration_closed', 'isn’t linked to an account here, and you can’t create one with it', false],
    ['identity_taken', 'is already linked to another account here', false],
    ['too_many_requests', 'Too many attempts.', true],
    ['internal_error', 'Signing in with Corp didn’t work.', true],
    ['identity_undecided', 'Signing in with Corp took longer than ten minutes.', true],
  ] as const)('%s', async ([code, sentence, mayRetry], { page, corp: _ }) => {
    await page.goto(`/sign-in?problem=${code}&provider=corp`)
    expect(await announced(page, 'alert')).toContain(sentence)
    expect(await page.getByRole('link', { name: 'Try again with Corp' }).count()).toBe(Number(mayRetry))
    await continueWithCorp(page).waitFor()
  })

  test('nothing from the address but names that are configured', async ({ page, corp: _ }) => {
    await page.goto('/sign-in?problem=Call+555&provider=Bank')
    expect(await announced(page, 'alert')).toContain('Signing in with the provider didn’t work.')
    expect(await page.locator('body').textContent()).not.toMatch(/555|Bank/)
  })
})

describe('an identity whose address has an account', () => {
  test('is linked after its owner signed in and agreed', async ({ page, corp, site }) => {
    await site.register()
    await site.rows(`UPDATE "Users" SET "emailVerifiedAt" = CURRENT_TIMESTAMP`)
    corp.account = ADA_THERE
    await signInByCorp(page)
    await page.getByText(`Your Corp account ${ADA.email} isn’t linked to an account here yet.`).waitFor()
    await page.getByText('An account here already uses this address.').waitFor()
    expect(await button(page, 'Create account').count()).toBe(0)
    expect(await problemsOf(page)).toEqual([])
    await page.getByLabel('Email or username').fill(ADA.email)
    await page.getByLabel('Password', { exact: true }).fill(ADA.password)
    await page.keyboard.press('Enter')
    await page.getByText(`Link Corp account ${ADA.email} to your account?`).waitFor()
    expect(await problemsOf(page)).toEqual([])
    await button(page, 'Link').click()
    await page.getByText('Corp account linked.').waitFor()
    await page.context().clearCookies()
    await signInByCorp(page)
    await heading(page, 'Profile').waitFor()
  })

  test('is not linked to another account, and the page leads to the right one', async ({ page, corp, site }) => {
    await site.register()
    await site.register(BOB)
    await site.rows(`UPDATE "Users" SET "emailVerifiedAt" = CURRENT_TIMESTAMP`)
    corp.account = ADA_THERE
    await signInByPage(page, BOB)
    await heading(page, 'Profile').waitFor()
    await page.goto('/auth/oidc/corp')
    await button(page, 'Link').click()
    expect(await announced(page, 'alert')).toContain('You are signed in to a different account')
    await button(page, 'Sign in to the other account').click()
    await page.getByText('An account here already uses this address.').waitFor()
    await page.getByLabel('Email or username').fill(ADA.email)
    await page.getByLabel('Password', { exact: true }).fill(ADA.password)
    await page.keyboard.press('Enter')
    await button(page, 'Link').click()
    await page.getByText('Corp account linked.').waitFor()
  })

  test('waits ten minutes, and the page says when they are over', async ({ page, corp, site }) => {
    await site.register()
    await signInByPage(page, ADA)
    await heading(page, 'Profile').waitFor()
    corp.account = { ...ADA_THERE, email_verified: false }
    await page.goto('/auth/oidc/corp')
    await button(page, 'Link').waitFor()
    await site.rows(`DELETE FROM "PendingIdentities"`)
    await button(page, 'Link').click()
    expect(await announced(page, 'alert')).toContain('ten minutes have passed')
    await page.getByRole('link', { name: 'Show linked accounts' }).click()
    await button(page, 'Link Corp').waitFor()
  })
})

test('an identity without a confirmed address creates an account if its owner wants one', async ({ page, corp }) => {
  corp.account = { ...GRACE, email_verified: false }
  await signInByCorp(page)
  await page.getByText('Create an account with it, or sign in to yours').waitFor()
  await button(page, 'Create account').click()
  await heading(page, 'Profile').waitFor()
  expect(await whoIs(page)).toMatchObject({ user: { name: GRACE.name, email: null } })
})

describe('My account', () => {
  test('links a provider and unlinks it', async ({ page, corp, site }) => {
    await site.register()
    await signInByPage(page, ADA)
    await page.getByRole('link', { name: 'Security', exact: true }).click()
    await page.getByText('No linked accounts yet.').waitFor()
    await button(page, 'Link Corp').click()
    expect(await announced(page, 'alert')).toBe('You canceled at Corp. Nothing has changed.')
    corp.account = { ...GRACE, email: 'ada@corp.example' }
    await button(page, 'Link Corp').click()
    await page.getByText('Corp account linked.').waitFor()
    await page.getByText('ada@corp.example').waitFor()
    expect(await problemsOf(page)).toEqual([])
    await button(page, 'Unlink Corp account ada@corp.example').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Unlink', exact: true }).click()
    await page.getByText('Corp account unlinked.').waitFor()
    await page.getByText('No linked accounts yet.').waitFor()
  })

  test('keeps the last way to sign in', async ({ page, corp }) => {
    corp.account = GRACE
    await signInByCorp(page)
    await heading(page, 'Profile').waitFor()
    await page.getByRole('link', { name: 'Security', exact: true }).click()
    await button(page, `Unlink Corp account ${GRACE.email}`).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Unlink', exact: true }).click()
    expect(await announced(page, 'alert')).toContain('You couldn’t sign in anymore.')
  })
})

test('a proof that the provider does not give leads on', async ({ page, corp }) => {
  corp.account = GRACE
  await signInByCorp(page)
  await heading(page, 'Profile').waitFor()
  await page.goto('/account/security?problem=provider_refused&provider=corp')
  expect(await announced(page, 'alert')).toContain('Try again, or sign out here and sign in again.')
})

test('somebody without a password sets one', async ({ page, corp, site }) => {
  corp.account = GRACE
  await signInByCorp(page)
  await heading(page, 'Profile').waitFor()
  await page.goto('/account/security')
  await button(page, 'Set password').click()
  await page.getByLabel('New password').fill(ADA.password)
  await page.keyboard.press('Enter')
  await page.getByText('Your password was set.').waitFor()
  await button(page, 'Change password').waitFor()
  expect(await problemsOf(page)).toEqual([])
  const login = await fetch(`${site.origin}/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: GRACE.email, password: ADA.password }),
  })
  expect(login.status).toBe(200)
})

test('an administrator sees the linked accounts of a user and unlinks one', async ({ page, corp, site, chromium }) => {
  corp.account = GRACE
  const other = await chromium.newContext({ baseURL: site.origin })
  const grace = await other.newPage()
  await signInByCorp(grace)
  await heading(grace, 'Profile').waitFor()
  await site.register()
  const ada = await User.findOne({ where: { email: ADA.email }, rejectOnEmpty: true })
  await ada.addRole(await Role.findOne({ where: { name: 'admin' }, rejectOnEmpty: true }))
  await signInByPage(page, ADA)
  await heading(page, 'Profile').waitFor()
  await page.goto('/admin/users')
  await page.getByRole('link', { name: GRACE.name }).click()
  await button(page, `Unlink Corp account ${GRACE.email}`).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Unlink', exact: true }).click()
  await page.getByText('No linked accounts.').waitFor()
  expect(await problemsOf(page)).toEqual([])
  expect((await ask(grace, 'GET', '/auth/session')).status).toBe(401)
  await other.close()
})

describe('without passwords', () => {
  test.override('more', { SIGN_IN_WITH: 'passkey', REAUTHENTICATION_AGE: '10s' })

  test('7.5.1 somebody proves at the provider who they are, and comes back to the page', async ({ page, corp }) => {
    corp.account = GRACE
    await page.goto('/sign-in')
    await continueWithCorp(page).waitFor()
    expect(await page.locator('[type=password], [type=email]').count()).toBe(0)
    await continueWithCorp(page).click()
    await heading(page, 'Profile').waitFor()
    await page.goto('/account/security')
    await new Promise(resolve => setTimeout(resolve, 10_500))
    await button(page, 'Add authenticator app').click()
    await button(page, 'Confirm with Corp').click()
    await page.getByText('Your identity is confirmed.').waitFor()
    await button(page, 'Add authenticator app').click()
    await page.getByLabel('6-digit code').waitFor()
  })
})

describe('with CAS', () => {
  test.override('more', { CAS_URL: 'https://cas.example' })

  test('its button leads to its own address', async ({ page, corp: _ }) => {
    await page.goto('/sign-in?returnTo=/account/tokens')
    const link = page.getByRole('link', { name: 'Continue with CAS' })
    expect(await link.getAttribute('href')).toBe('/auth/cas?returnTo=%2Faccount%2Ftokens&language=en')
  })
})

describe('a provider whose configuration is wrong', () => {
  test.override('more', { OIDC_BROKEN_CLIENT_ID: 'x' })

  test('is shown, and cannot be used', async ({ page, corp: _ }) => {
    await page.goto('/sign-in')
    await continueWithCorp(page).waitFor()
    const broken = button(page, 'Continue with Broken')
    expect(await broken.getAttribute('aria-disabled')).toBe('true')
    await page.getByText('Not available right now').waitFor()
  })
})
