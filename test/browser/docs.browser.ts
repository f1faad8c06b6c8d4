import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { ADA } from '../harness.ts'
import { ask, test } from './browser.ts'
import { PUBLIC_NAME } from './chromium.ts'
import { collectFaults, collectRequests, collectViolations } from './observe.ts'

const open = async (page: Page, at = '/docs') => {
  await page.goto(at)
  await page.locator('.opblock').first().waitFor()
}

const operation = (page: Page, id: string) => page.locator(`.opblock[id$="-${id}"]`)

/** Tries one operation out with Swagger UI's own buttons. @returns the status and body that it shows */
const execute = async (page: Page, id: string, body?: object) => {
  const block = operation(page, id)
  await block.locator('.opblock-summary-control').click()
  await block.locator('.try-out__btn').click()
  if (body) await block.locator('textarea').fill(JSON.stringify(body))
  await block.locator('.execute').click()
  const answer = block.locator('.live-responses-table .response')
  const status = await answer.locator('.response-col_status').textContent()
  const text = await answer.locator('.highlight-code code').first().textContent()
  return { status: Number.parseInt(status ?? '', 10), body: JSON.parse(text ?? '') }
}

test('the page lists every operation, breaks no rule of its policy and asks no other host', async ({
  page,
  context,
  site,
}) => {
  const faults = await collectFaults(page)
  const requests = collectRequests(context)
  await open(page)
  const { body } = await ask(page, 'GET', '/openapi.json')
  const documented = Object.entries(body.paths ?? {}).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
  )
  const methods = await page.locator('.opblock-summary-method').allTextContents()
  const shown = await page
    .locator('.opblock-summary-path')
    .evaluateAll((paths: { dataset: { path: string } }[]) => paths.map(each => each.dataset.path))
  const listed = methods.map((method, at) => `${method} ${shown[at]}`)
  expect(listed.toSorted()).toEqual(documented.toSorted())
  expect(new Set(requests.map(({ url }) => new URL(url).origin))).toEqual(new Set([site.origin]))
  expect(faults).toEqual([])
})

test('it shows our document only, whatever the link to it says', async ({ page, context, site }) => {
  const requests = collectRequests(context)
  await open(page, '/docs?url=https://example.com/other.json&configUrl=https://example.com/other.json')
  expect(requests.map(({ url }) => url).filter(url => !url.startsWith(`${site.origin}/`))).toEqual([])
  expect(await page.locator('.info .title').textContent()).toContain('Latchkey API')
  expect(await page.locator('.topbar').count()).toBe(0)
})

test('it follows the dark scheme', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await open(page)
  const background = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
  const dark = await background()
  await page.emulateMedia({ colorScheme: 'light' })
  await expect.poll(background).not.toBe(dark)
})

describe.for([['localhost'], [PUBLIC_NAME]])('at %s', ([host = '']) => {
  test.override('host', host)

  test('trying out signs in, is signed in and signs out, while no script sees the session', async ({
    page,
    context,
    site,
  }) => {
    await site.register()
    const violations = await collectViolations(page)
    const requests = collectRequests(context)
    await open(page)
    const { email, password } = ADA
    const login = await execute(page, 'post_auth_login', { email, password })
    expect(login).toEqual({ status: 200, body: expect.objectContaining({ message: 'Logged in successfully' }) })
    const session = await execute(page, 'get_auth_session')
    expect(session).toEqual({
      status: 200,
      body: expect.objectContaining({ user: expect.objectContaining({ email, name: ADA.name }) }),
    })
    expect(await page.evaluate('document.cookie')).toBe('')
    expect(await context.cookies()).toHaveLength(1)
    const logout = await execute(page, 'post_auth_logout')
    expect(logout).toEqual({ status: 200, body: { message: 'Logged out successfully' } })
    expect(await ask(page, 'GET', '/auth/session')).toMatchObject({ status: 401 })
    expect(new Set(requests.map(({ url }) => new URL(url).origin))).toEqual(new Set([site.origin]))
    expect(violations).toEqual([])
  })
})
