import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { Client } from '../../models/client.ts'
import { Consent } from '../../models/consent.ts'
import { DEVICE_GRANT } from '../../src/provider/client-schema.ts'
import { codeOf } from '../support/enrol.ts'
import { ADA } from '../support/harness.ts'
import { problemsOf } from './axe.ts'
import { ask, test as base, signIn } from './browser.ts'
import { openElsewhere } from './elsewhere.ts'
import { announced, arrivedAt } from './forms.ts'
import { collectFaults } from './observe.ts'

const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

/** An application on another site than the server: 127.0.0.1, not localhost. */
const test = base
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern which fixtures this one needs
  .extend('elsewhere', async ({}, { onCleanup }) => {
    const server = await openElsewhere()
    onCleanup(server.close)
    return `http://127.0.0.1:${server.port}`
  })
  .extend('wiki', async ({ site, elsewhere }) => {
    await site.register()
    const callback = `${elsewhere}/callback`
    const client = await Client.create({
      id: 'wiki',
      name: '<i>Wiki</i>',
      authMethod: 'none',
      redirectUris: [callback],
      postLogoutRedirectUris: [`${elsewhere}/bye`],
      launchUrl: `${elsewhere}/`,
      grantTypes: ['authorization_code', DEVICE_GRANT],
      scopes: ['openid', 'email'],
      ownScopes: [],
      resourceScopes: [],
    })
    const query = { client_id: 'wiki', response_type: 'code', scope: 'openid email', redirect_uri: callback }
    const pkce = { code_challenge: CHALLENGE, code_challenge_method: 'S256' }
    const visit = (page: Page, more: Record<string, string> = {}) =>
      page.goto(`${site.origin}/oidc/auth?${new URLSearchParams({ ...query, ...pkce, ...more })}`)
    return { client, visit }
  })

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })

async function backAt(page: Page) {
  await arrivedAt(page, '/callback')
  return new URL(page.url()).searchParams
}

async function fillIn(page: Page, password = ADA.password) {
  await page.getByLabel('Email or username').fill(ADA.email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await press(page, 'Sign in')
}

describe('somebody comes from an application', () => {
  test('signs in, allows what it asks for, and returns; the next time at once', async ({ page, wiki }) => {
    const faults = await collectFaults(page)
    await wiki.visit(page)
    await heading(page, 'Sign in to Latchkey').waitFor()
    await fillIn(page)
    await heading(page, 'Allow <i>Wiki</i>?').waitFor()
    expect(await page.getByRole('main').textContent()).toContain('See your email address')
    expect(await page.getByRole('main').textContent()).toContain(`Signed in as ${ADA.email}.`)
    expect(await problemsOf(page)).toEqual([])
    await press(page, 'Allow')
    expect((await backAt(page)).get('code')).toBeTruthy()
    await wiki.visit(page)
    expect((await backAt(page)).get('code')).toBeTruthy()
    expect(faults).toEqual([])
  })

  test('denies it', async ({ page, wiki }) => {
    await signIn(page)
    await wiki.visit(page)
    await press(page, 'Deny')
    expect((await backAt(page)).get('error')).toBe('access_denied')
    expect(await Consent.count()).toBe(0)
  })

  test('turns back where the account has no access', async ({ page, wiki }) => {
    await wiki.client.update({ roles: ['admin'] })
    await signIn(page)
    await wiki.visit(page)
    await page.getByText('Your account doesn’t have access to <i>Wiki</i>.').waitFor()
    expect(await problemsOf(page)).toEqual([])
    await press(page, 'Back to <i>Wiki</i>')
    expect((await backAt(page)).get('error')).toBe('access_denied')
  })

  test('confirms who they are where the application asks for it', async ({ page, wiki }) => {
    await wiki.client.update({ skipConsent: true })
    await signIn(page)
    await page.waitForTimeout(1100)
    await wiki.visit(page, { prompt: 'login' })
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Password', { exact: true }).fill(ADA.password)
    await dialog.getByRole('button', { name: 'Continue', exact: true }).click()
    expect((await backAt(page)).get('code')).toBeTruthy()
  })

  test('learns that a second factor is needed, adds one, and comes in', async ({ page, wiki }) => {
    await wiki.client.update({ skipConsent: true, secondFactor: true })
    await signIn(page)
    await wiki.visit(page)
    await heading(page, 'Two-step verification needed').waitFor()
    expect(await problemsOf(page)).toEqual([])
    await page.getByRole('link', { name: 'Set up two-step verification' }).click()
    await heading(page, 'Security').waitFor()
    const { body } = await ask(page, 'POST', '/auth/totp')
    await ask(page, 'POST', '/auth/totp/confirm', { code: codeOf(String(body.secret)) })
    await wiki.visit(page)
    expect((await backAt(page)).get('code')).toBeTruthy()
  })

  test('is told in German what an application wants', async ({ chromium, site, wiki }) => {
    const context = await chromium.newContext({ baseURL: site.origin, locale: 'de-DE' })
    const page = await context.newPage()
    await signIn(page)
    await wiki.visit(page)
    await heading(page, '<i>Wiki</i> zulassen?').waitFor()
    expect(await page.getByRole('main').textContent()).toContain('Ihre E-Mail-Adresse sehen')
    await press(page, 'Zulassen')
    expect((await backAt(page)).get('code')).toBeTruthy()
    await context.close()
  })
})

test('a request that cannot be answered has a sentence, and nothing of the address is shown', async ({
  page,
  wiki,
}) => {
  await wiki.visit(page, { redirect_uri: 'https://evil.example/' })
  expect(await announced(page, 'alert')).toContain('a return address that is not registered')
  await wiki.visit(page, { client_id: 'nobody' })
  expect(await announced(page, 'alert')).toContain('doesn’t know the application')
  expect(await problemsOf(page)).toEqual([])
  for (const problem of ['Call%20this%20number', 'constructor', '__proto__']) {
    await page.goto(`/application-problem?problem=${problem}`)
    expect(await announced(page, 'alert')).toContain('can’t accept')
    expect(await page.getByRole('main').textContent()).not.toContain('Call this number')
  }
  await page.goto('/authorize/unknown')
  await heading(page, 'Sign in to Latchkey').waitFor()
  await fillIn(page)
  expect(await announced(page, 'alert')).toContain('Open the application again.')
})

describe('an application that signs its user out', () => {
  function leave(page: Page, elsewhere: string) {
    const query = { client_id: 'wiki', post_logout_redirect_uri: `${elsewhere}/bye`, state: 'x' }
    return page.goto(`/oidc/session/end?${new URLSearchParams(query)}`)
  }

  test('has the page ask first, and gets its user back', async ({ page, wiki: _, elsewhere }) => {
    await signIn(page)
    await leave(page, elsewhere)
    await page.getByText('<i>Wiki</i> asks to sign you out.').waitFor()
    expect(await problemsOf(page)).toEqual([])
    await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(`${elsewhere}/bye?state=x`)
    await page.goto('/account')
    await heading(page, 'Sign in to Latchkey').waitFor()
  })

  test('does not, if the user stays', async ({ page, wiki: _, elsewhere }) => {
    await signIn(page)
    await leave(page, elsewhere)
    await page.getByRole('link', { name: 'Stay signed in' }).click()
    await heading(page, 'Profile').waitFor()
  })

  test('gets its user back at once who is not signed in', async ({ page, wiki: _, elsewhere }) => {
    await page.goto(`/sign-out?client_id=wiki&post_logout_redirect_uri=${encodeURIComponent(`${elsewhere}/bye`)}`)
    await page.waitForURL(`${elsewhere}/bye`)
  })
})

describe('a device', () => {
  async function start(page: Page, origin: string) {
    const response = await page.request.post(`${origin}/oidc/device/auth`, {
      form: { client_id: 'wiki', scope: 'openid email' },
      headers: { 'User-Agent': 'wiki-cli/1.0' },
    })
    return (await response.json()) as { device_code: string; user_code: string; verification_uri_complete: string }
  }
  async function poll(page: Page, origin: string, device_code: string) {
    const form = { client_id: 'wiki', grant_type: DEVICE_GRANT, device_code }
    return (await (await page.request.post(`${origin}/oidc/token`, { form })).json()) as Record<string, string>
  }

  test('is allowed with the code that it shows', async ({ page, wiki: _, site }) => {
    const faults = await collectFaults(page)
    const { device_code, user_code, verification_uri_complete } = await start(page, site.origin)
    await page.goto(verification_uri_complete)
    await fillIn(page)
    await page.getByText('Check that your device shows this code.').waitFor()
    expect(await page.getByLabel('Code').inputValue()).toBe(user_code)
    expect(await problemsOf(page)).toEqual([])
    await press(page, 'Continue')
    await heading(page, 'Sign in to <i>Wiki</i> on a device?').waitFor()
    const text = await page.getByRole('main').textContent()
    expect(text).toContain('Continue only if you started this yourself on a device in front of you.')
    expect(text).toContain(`Code ${user_code}, requested by wiki-cli at IP address`)
    expect(await problemsOf(page)).toEqual([])
    await press(page, 'Allow this device')
    await page.getByText('The device is signed in.').waitFor()
    expect((await poll(page, site.origin, device_code)).access_token).toBeTruthy()
    expect(faults).toEqual([])
  })

  test('is denied, and a wrong code is found by nobody', async ({ page, wiki: _, site }) => {
    const { device_code, user_code } = await start(page, site.origin)
    await signIn(page)
    await page.goto('/device?user_code=<b>Call+us</b>')
    expect(await page.getByLabel('Code').inputValue()).toBe('')
    await page.getByLabel('Code').fill('BBBB-BBBB')
    await press(page, 'Continue')
    expect(await announced(page, 'alert')).toBe(
      'No device is waiting for this code. Check it, or start again on the device.',
    )
    await page.getByLabel('Code').fill(user_code.toLowerCase())
    await press(page, 'Continue')
    await press(page, 'Deny')
    await page.getByText('The device was denied.').waitFor()
    expect((await poll(page, site.origin, device_code)).error).toBe('access_denied')
  })
})

test('My applications opens one, and withdraws what it may do', async ({ page, wiki, elsewhere }) => {
  await signIn(page)
  await wiki.visit(page)
  await press(page, 'Allow')
  await backAt(page)
  await page.goto('/account')
  await page.getByRole('link', { name: 'Applications', exact: true }).click()
  await heading(page, 'Applications').waitFor()
  await page.getByText('See your email address').waitFor()
  expect(await problemsOf(page)).toEqual([])
  await press(page, 'Withdraw access of <i>Wiki</i>')
  const dialog = page.getByRole('dialog', { name: 'Withdraw the access of <i>Wiki</i>?' })
  await dialog.getByRole('button', { name: 'Withdraw', exact: true }).click()
  await page.getByText('<i>Wiki</i> no longer has access.').waitFor()
  await page.getByText('No application has access to your account.').waitFor()
  expect(await Consent.count()).toBe(0)
  await page.getByRole('link', { name: '<i>Wiki</i>' }).click()
  await page.waitForURL(`${elsewhere}/`)
})

describe('without the OpenID Provider', () => {
  test.override('settings', { OPENID_PROVIDER: 'false' })

  test('My account has no applications', async ({ page, site }) => {
    await site.register()
    await signIn(page)
    await page.goto('/account')
    await page.getByRole('link', { name: 'API tokens' }).waitFor()
    expect(await page.getByRole('link', { name: 'Applications', exact: true }).count()).toBe(0)
    await page.goto('/account/applications')
    await heading(page, 'Page not found').waitFor()
  })
})
