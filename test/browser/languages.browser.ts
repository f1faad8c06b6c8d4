import { expect } from 'vitest'
import { test } from './browser.ts'
import { collectRequests } from './observe.ts'

/** Elements of the page that reach over its left or right edge. */
const OVERFLOWING = `[...document.body.querySelectorAll('*')]
  .filter(each => !each.closest('.skip, .unseen, svg'))
  .filter(each => each.getBoundingClientRect().left < -1 || each.getBoundingClientRect().right > innerWidth + 1)
  .map(each => each.outerHTML.slice(0, 100))`

test('1.4.10 the sign-in page fits from right to left too', async ({ page }) => {
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 })
    await page.goto('/sign-in')
    await page.getByLabel('Password', { exact: true }).waitFor()
    await page.evaluate(`document.documentElement.dir = 'rtl'`)
    expect(await page.evaluate(OVERFLOWING)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    const field = await page.evaluate(`getComputedStyle(document.querySelector('[name=identifier]')).direction`)
    expect(field).toBe('rtl')
  }
})

test('only the chosen language is loaded beside English, and set on the document', async ({ chromium, site }) => {
  const context = await chromium.newContext({ baseURL: site.origin, locale: 'pl-PL' })
  const requests = collectRequests(context)
  const page = await context.newPage()
  await page.goto('/sign-in')
  await page.getByRole('heading', { level: 1, name: 'Zaloguj się do Latchkey' }).waitFor()
  expect(requests.map(({ url }) => /assets\/([a-z]{2})-/.exec(url)?.[1]).filter(Boolean)).toEqual(['pl'])
  expect([await page.getAttribute('html', 'lang'), await page.getAttribute('html', 'dir')]).toEqual(['pl', 'ltr'])
  await context.close()
})
