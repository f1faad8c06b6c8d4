import { expect } from 'vitest'
import { test } from './browser.ts'
import { createLink } from '../../src/accounts/links.ts'
const OUT = '/tmp/shots'
for (const scheme of ['light','dark'] as const) for (const width of [360,1280])
test(`shots ${scheme} ${width}`, async ({ page, site }) => {
  await page.emulateMedia({ colorScheme: scheme })
  await page.setViewportSize({ width, height: 800 })
  const logs: string[] = []
  page.on('console', m => { if (!m.text().includes('scratch')) logs.push(m.type() + ' ' + m.text()) })
  await page.goto('/')
  await page.screenshot({ path: `${OUT}/start-${scheme}-${width}.png`, fullPage: true })
  await page.goto('/setup')
  await page.screenshot({ path: `${OUT}/setup-notoken-${scheme}-${width}.png`, fullPage: true })
  await page.goto(await createLink(site.origin, 'setup'))
  await page.screenshot({ path: `${OUT}/setup-${scheme}-${width}.png`, fullPage: true })
  await page.locator('#reveal').check()
  await page.locator('#password').fill('short')
  await page.locator('button').click()
  await page.locator('#alert:not(:empty)').waitFor()
  await page.screenshot({ path: `${OUT}/setup-error-${scheme}-${width}.png`, fullPage: true })
  await page.locator('#name').fill('Ada'); await page.locator('#email').fill('ada@example.org')
  await page.locator('#password').fill('seven green bicycles at dawn')
  await page.locator('button').click()
  await page.locator('#status:not(:empty)').waitFor()
  await page.screenshot({ path: `${OUT}/setup-done-${scheme}-${width}.png`, fullPage: true })
  await page.goto('/docs')
  await page.locator('.opblock').first().waitFor()
  await page.screenshot({ path: `${OUT}/docs-${scheme}-${width}.png`, fullPage: true })
  for (const id of ['Account-post_auth_register', 'Session-post_auth_login', 'Account-patch_auth_profile']) {
  const op = page.locator('#operations-' + id)
  await op.locator('.opblock-summary').click()
  await op.locator('.try-out__btn').click()
  const text = await op.locator('textarea').inputValue()
  process.stdout.write(text) }
  process.stdout.write(JSON.stringify(logs) + await page.evaluate('document.cookie') + '\n')
  expect(1).toBe(1)
})
