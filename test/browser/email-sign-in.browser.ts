import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { ADA } from '../support/harness.ts'
import { mailFor } from '../support/waiting-mails.ts'
import { ask, test } from './browser.ts'
import { announced, arrivedAt } from './forms.ts'
import { collectFaults } from './observe.ts'

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

type Site = Parameters<typeof mailFor>[0]

async function sent(site: Site, to: string) {
  const mail = await mailFor(site, to, 'sign-in')
  return { link: mail.link, code: 'code' in mail.data ? mail.data.code : '' }
}

async function signedInBy(page: Page) {
  await arrivedAt(page, '/account')
  return (await ask(page, 'GET', '/auth/session')).body
}

describe('with sign-in by email beside the password', () => {
  test.override('settings', { SIGN_IN_WITH: 'password,passkey,email' })

  test('somebody enters the code of the email', async ({ page, site }) => {
    const faults = await collectFaults(page)
    await site.register()
    await page.goto('/sign-in')
    await page.getByLabel('Email or username').fill(ADA.email)
    await page.getByLabel('Stay signed in for 30 days').check()
    await button(page, 'Email me a link').click()
    expect(await page.getByLabel('Email', { exact: true }).inputValue()).toBe(ADA.email)
    await button(page, 'Email me a link').click()
    await heading(page, 'Check your email').waitFor()
    await page.getByLabel('8-digit code').fill('00000000')
    await button(page, 'Sign in').click()
    expect(await announced(page, 'alert')).toBe('That code didn’t work. Use the newest one.')
    await page.getByRole('button', { name: /^Send another email \(\d+ s\)$/ }).waitFor()
    await page.getByLabel('8-digit code').fill((await sent(site, ADA.email)).code)
    await page.keyboard.press('Enter')
    expect(await signedInBy(page)).toMatchObject({ factors: ['email'], session: { remembered: true } })
    expect(faults.filter(fault => !fault.includes('422'))).toEqual([])
  })

  test('the link signs in by a button, in the browser that asked and in no other', async ({ page, site, chromium }) => {
    await site.register()
    await page.goto('/sign-in')
    await button(page, 'Email me a link').click()
    await page.getByLabel('Email', { exact: true }).fill(ADA.email)
    await button(page, 'Email me a link').click()
    await heading(page, 'Check your email').waitFor()
    const { link } = await sent(site, ADA.email)

    // A scanner runs the page's script and presses nothing.
    for (let scans = 0; scans < 10; scans++) {
      const scanner = await chromium.newContext({ baseURL: site.origin })
      const scanned = await scanner.newPage()
      await scanned.goto(link)
      await button(scanned, 'Sign in').waitFor()
      await scanner.close()
    }

    const other = await chromium.newContext({ baseURL: site.origin })
    const phone = await other.newPage()
    await phone.goto(link)
    expect(phone.url()).toBe(`${site.origin}/sign-in/email`)
    await button(phone, 'Sign in').click()
    expect(await announced(phone, 'alert')).toContain('This link was opened in another browser.')
    await other.close()

    await page.goto(link)
    await button(page, 'Sign in').click()
    expect(await signedInBy(page)).toMatchObject({ factors: ['email'] })

    await page.goto(link)
    await button(page, 'Sign in').click()
    expect(await announced(page, 'alert')).toContain('This link was used')
  })
})

describe('without passwords', () => {
  test.override('settings', { SIGN_IN_WITH: 'passkey,email', REAUTHENTICATION_AGE: '10s' })

  test('somebody registers, signs in, and proves who they are, by email alone', async ({ page, site }) => {
    await page.goto('/register')
    await page.locator('[name=name]').fill(ADA.name)
    await page.locator('[name=email]').fill(ADA.email)
    expect(await page.locator('[type=password]').count()).toBe(0)
    await button(page, 'Create account').click()
    await heading(page, 'Account created').waitFor()

    await page.getByRole('main').getByRole('link', { name: 'Sign in' }).first().click()
    await page.getByLabel('Email', { exact: true }).fill(ADA.email)
    await button(page, 'Email me a link').click()
    await page.getByLabel('8-digit code').fill((await sent(site, ADA.email)).code)
    await page.keyboard.press('Enter')
    await signedInBy(page)

    await site.rows(`DELETE FROM "Mails"`)
    await page.goto('/account/security')
    await new Promise(resolve => setTimeout(resolve, 10_500))
    await button(page, 'Add authenticator app').click()
    await button(page, 'Email me a code').click()
    await page.getByLabel('8-digit code').fill((await sent(site, ADA.email)).code)
    await page.keyboard.press('Enter')
    await page.getByLabel('6-digit code').waitFor()
  })
})
