import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { hours } from '../../src/durations.ts'
import { ADA } from '../support/harness.ts'
import { ask, signIn, test } from './browser.ts'

/** As the browser's own button; Playwright's would wait for a load, which a page that was kept alive does not do. */
async function goBack(page: Page) {
  await page.evaluate('void setTimeout(() => history.back())')
  await expect.poll(() => new URL(page.url()).pathname).toBe('/auth/profile')
}

const textOf = (page: Page) => page.locator('body').textContent()

test('3.3.2 3.3.4 the browser keeps the session cookie from scripts and from posts of other sites', async ({
  page,
  context,
  site,
}) => {
  await site.register()
  await signIn(page)
  const kept = { path: '/', domain: 'localhost', httpOnly: true, sameSite: 'Lax' }
  const cookies = (await context.cookies()).toSorted((one, other) => one.name.localeCompare(other.name))
  expect(cookies).toEqual([
    expect.objectContaining({ name: 'connect.sid', ...kept }),
    expect.objectContaining({ name: 'latchkey.device', ...kept }),
  ])
  const lifetime = (cookies[0]?.expires ?? 0) * 1000 - Date.now()
  expect(lifetime).toBeGreaterThan(hours(24) - hours(0.1))
  expect(lifetime).toBeLessThanOrEqual(hours(24))
  expect(await page.evaluate('document.cookie')).toBe('')
  expect(await page.evaluate('cookieStore.getAll()')).toEqual([])
})

test('14.3.1 after signing out the browser has no cookie left but that of the known device, and Back shows nothing private', async ({
  page,
  context,
  site,
}) => {
  await site.register()
  await signIn(page)
  await page.goto('/auth/profile')
  expect(await textOf(page)).toContain(ADA.email)
  await page.goto('/')
  await ask(page, 'POST', '/auth/logout')
  expect((await context.cookies()).map(({ name }) => name)).toEqual(['latchkey.device'])
  await goBack(page)
  await expect.poll(() => textOf(page)).toContain('Authentication required')
  expect(await textOf(page)).not.toContain(ADA.email)
})

test('14.3.2 Back shows nothing private when the session was ended from elsewhere', async ({ page, site }) => {
  await site.register()
  await signIn(page)
  await page.goto('/auth/profile')
  await page.goto('/')
  const { browser } = await site.signIn()
  await browser.delete('/auth/sessions').expect(200)
  await goBack(page)
  await expect.poll(() => textOf(page)).toContain('Authentication required')
  expect(await textOf(page)).not.toContain(ADA.email)
})
