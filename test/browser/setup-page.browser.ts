import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { createLink } from '../../src/links/links.ts'
import { ADA, BOB } from '../support/harness.ts'
import { ask, signIn, test } from './browser.ts'
import { announced, descriptionOf, focused } from './forms.ts'
import { collectFaults, collectRequests } from './observe.ts'

const link = (origin: string) => createLink(origin, 'setup')

async function fill(page: Page, { name, email, password } = ADA) {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
}
const submit = (page: Page) => page.getByRole('button', { name: 'Create administrator' }).click()

test('14.2.1 the link makes the first administrator, and its secret is in no request line, header or address left behind', async ({
  page,
  context,
  site,
}) => {
  const faults = await collectFaults(page)
  const requests = collectRequests(context)
  const url = await link(site.origin)
  await page.goto(url)
  await fill(page)
  await submit(page)
  const done = `${ADA.name} is now the administrator and can sign in as ${ADA.email}.`
  // The strength of the password is announced as well.
  await page.getByRole('status').getByText(done).waitFor()
  expect(page.url()).toBe(`${site.origin}/setup`)
  expect(await page.locator('form').count()).toBe(0)
  expect(JSON.stringify(requests)).not.toContain(new URL(url).hash.slice(1))
  expect((await signIn(page)).body).toMatchObject({ user: { email: ADA.email, roles: ['admin'] } })
  expect(faults).toEqual([])
})

test('a dead link says so when it opens, without a form, and names the one command that helps', async ({
  page,
  site,
}) => {
  await page.goto(`/setup#${'a'.repeat(43)}`)
  expect(await announced(page, 'alert')).toContain('This link was used or has expired')
  expect(await announced(page, 'alert')).toContain('npm run latchkey -- setup-link')
  expect(await page.locator('form').count()).toBe(0)
  await site.register(BOB)
  await page.goto(await link(site.origin))
  await fill(page)
  await ask(page, 'POST', '/auth/setup', { ...ADA, token: (await link(site.origin)).split('#')[1] })
  await submit(page)
  expect(await announced(page, 'alert')).toContain('This server already has an administrator')
  expect(await announced(page, 'alert')).toContain(
    'user create --email you@example.org --name "Your Name" --role admin',
  )
  expect(await page.locator('form').count()).toBe(0)
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
  await page.waitForURL('**/sign-in')
})

test('a password that is too short is refused beside its field, and nothing typed is lost', async ({ page, site }) => {
  await page.goto(await link(site.origin))
  await fill(page, { ...ADA, password: 'short' })
  await submit(page)
  expect(await announced(page, 'alert')).toContain('at least 15 characters')
  const password = page.getByLabel('Password', { exact: true })
  expect(await descriptionOf(password)).toContain('at least 15 characters')
  expect(await password.getAttribute('aria-invalid')).toBe('true')
  expect(await focused(page)).toBe('password')
  expect(await password.inputValue()).toBe('short')
  expect(await page.getByLabel('Name').inputValue()).toBe(ADA.name)
  expect(await page.getByLabel('Email').inputValue()).toBe(ADA.email)
  await fill(page)
  await submit(page)
  expect(await announced(page, 'status')).toContain(ADA.name)
})

test('every field that is refused is marked until it is right, and the first of them has the focus', async ({
  page,
  site,
}) => {
  await page.goto(await link(site.origin))
  await submit(page)
  await announced(page, 'alert')
  expect(await descriptionOf(page.getByLabel('Name'))).toBe('Enter a name.')
  expect(await descriptionOf(page.getByLabel('Email'))).toBe('Enter your email.')
  expect(await focused(page)).toBe('name')
  await page.getByLabel('Name').fill(ADA.name)
  await page.getByLabel('Email').fill('nowhere')
  await page.getByLabel('Password', { exact: true }).fill(ADA.password)
  await submit(page)
  await expect.poll(() => focused(page)).toBe('email')
  expect(await descriptionOf(page.getByLabel('Email'))).toContain('email address')
  expect(await descriptionOf(page.getByLabel('Name'))).toBe('')
  expect(await page.getByLabel('Name').getAttribute('aria-invalid')).toBeNull()
})

test('it works by keyboard alone', async ({ page, site }) => {
  await page.goto(await link(site.origin))
  const { keyboard } = page
  await page.getByLabel('Name').focus()
  await keyboard.press('Shift+Tab')
  for (const text of [ADA.name, ADA.email, ADA.password]) {
    await keyboard.press('Tab')
    await keyboard.type(text)
  }
  await keyboard.press('Tab')
  await keyboard.press('Space')
  expect(await page.getByLabel('Password', { exact: true }).getAttribute('type')).toBe('text')
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  expect(await announced(page, 'status')).toContain(ADA.name)
})

test('two clicks send it once', async ({ page, context, site }) => {
  const requests = collectRequests(context)
  await page.goto(await link(site.origin))
  await fill(page)
  await page.getByRole('button', { name: 'Create administrator' }).dblclick()
  await announced(page, 'status')
  expect(requests.filter(({ url }) => url.endsWith('/auth/setup'))).toHaveLength(1)
})

test('a server that does not answer is said, and what was typed can be sent again', async ({ page, context, site }) => {
  await page.goto(await link(site.origin))
  await fill(page)
  await context.setOffline(true)
  await submit(page)
  expect(await announced(page, 'alert')).toContain('The server is not responding')
  await context.setOffline(false)
  await submit(page)
  expect(await announced(page, 'status')).toContain(ADA.name)
})

test('6.2.6 6.2.7 the password is hidden until asked, can be pasted, and password managers know it as new', async ({
  page,
  site,
}) => {
  await page.goto(await link(site.origin))
  const password = page.getByLabel('Password', { exact: true })
  await page.getByLabel('Name').fill(ADA.password)
  await page.getByLabel('Name').press('ControlOrMeta+a')
  await page.getByLabel('Name').press('ControlOrMeta+x')
  await password.press('ControlOrMeta+v')
  expect(await password.inputValue()).toBe(ADA.password)
  expect(await password.getAttribute('type')).toBe('password')
  await page.getByRole('button', { name: 'Show password' }).click()
  expect(await password.getAttribute('type')).toBe('text')
  await page.getByRole('button', { name: 'Hide password' }).click()
  expect(await password.getAttribute('type')).toBe('password')
  const purposes = await page
    .locator('form input[name]')
    .evaluateAll((fields: { autocomplete: string }[]) => fields.map(each => each.autocomplete))
  expect(purposes).toEqual(['name', 'email', 'new-password'])
})

test('without a secret it asks for the whole link, and takes one that is opened in the same tab', async ({
  page,
  site,
}) => {
  await page.goto('/setup')
  await page.getByText('Open the whole link').waitFor()
  expect(await page.locator('form').count()).toBe(0)
  await page.goto(await link(site.origin))
  await page.getByText('Open the whole link').waitFor({ state: 'detached' })
  await fill(page)
  await submit(page)
  expect(await announced(page, 'status')).toContain(ADA.name)
})
