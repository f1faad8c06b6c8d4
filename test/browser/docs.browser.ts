import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { ADA } from '../support/harness.ts'
import { ask, test } from './browser.ts'
import { PUBLIC_NAME } from './chromium.ts'
import { collectFaults, collectRequests, collectViolations } from './observe.ts'

async function open(page: Page, at = '/docs') {
  await page.goto(at)
  await page.locator('.opblock').first().waitFor()
}

const operation = (page: Page, id: string) => page.locator(`.opblock[id$="-${id}"]`)

/** Tries one operation out with Swagger UI's own buttons. @returns the status and body that it shows */
async function execute(page: Page, id: string, body?: object) {
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

const originsOf = (requests: { url: string }[]) => [...new Set(requests.map(({ url }) => new URL(url).origin))]

const ELSEWHERE = 'https://example.com/other.json'

test('whatever the link to it says, the page lists our operations, breaks no rule of its policy and asks no other host', async ({
  page,
  context,
  site,
}) => {
  const faults = await collectFaults(page)
  const requests = collectRequests(context)
  await open(page, `/docs?url=${ELSEWHERE}&configUrl=${ELSEWHERE}`)
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
  expect(await page.getByRole('textbox').count(), 'boxes to load another document').toBe(0)
  expect(originsOf(requests)).toEqual([site.origin])
  expect(faults).toEqual([])
})

test('it follows the dark scheme', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto('/docs')
  const background = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
  const dark = await background()
  await page.emulateMedia({ colorScheme: 'light' })
  await expect.poll(background).not.toBe(dark)
})

test('trying out signs in, is signed in and signs out, while no script sees the session', async ({
  page,
  context,
  site,
}) => {
  await site.register()
  await open(page)
  const { email, password } = ADA
  const login = await execute(page, 'post_auth_login', { email, password })
  expect(login).toEqual({ status: 200, body: expect.objectContaining({ message: 'Logged in successfully' }) })
  const session = await execute(page, 'get_auth_session')
  expect(session).toEqual({
    status: 200,
    body: expect.objectContaining({ user: expect.objectContaining({ email, name: ADA.name }) }),
  })
  expect((await context.cookies()).map(({ httpOnly }) => httpOnly)).toEqual([true, true])
  expect(await page.evaluate('document.cookie')).toBe('')
  const logout = await execute(page, 'post_auth_logout')
  expect(logout).toEqual({ status: 200, body: { message: 'Logged out successfully' } })
  expect(await ask(page, 'GET', '/auth/session')).toMatchObject({ status: 401 })
})

test('the first steps work with the bodies that the page offers', async ({ page }) => {
  await open(page)
  expect(await execute(page, 'post_auth_register')).toMatchObject({ status: 201 })
  expect(await execute(page, 'post_auth_login')).toMatchObject({ status: 200 })
  const { status, body } = await execute(page, 'post_auth_token')
  expect(status).toBe(200)
  const { access_token: token } = body as { access_token: string }
  await page.getByRole('button', { name: 'Authorize' }).first().click()
  await page.locator('.auth-container input[type=text], .auth-container input[type=password]').last().fill(token)
  await page.locator('.auth-container').last().getByRole('button', { name: 'Apply credentials' }).click()
  await page.getByRole('button', { name: 'Close' }).last().click()
  expect(await execute(page, 'get_api_v1_me')).toMatchObject({ status: 200 })
})

describe('under a public name', () => {
  test.override('host', PUBLIC_NAME)

  test('it asks no other host either, and trying out signs in', async ({ page, context, site }) => {
    await site.register()
    const violations = await collectViolations(page)
    const requests = collectRequests(context)
    await open(page)
    const { email, password } = ADA
    expect(await execute(page, 'post_auth_login', { email, password })).toMatchObject({ status: 200 })
    expect(originsOf(requests)).toEqual([site.origin])
    expect(violations).toEqual([])
  })
})
