import { expect } from 'vitest'
import { grant } from '../support/api-client.ts'
import { ADA, type TestServer } from '../support/harness.ts'
import { mailFor } from '../support/waiting-mails.ts'
import { test } from './browser.ts'
import { announced, arrivedAt, signInByPage } from './forms.ts'
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

test('1.4.10 long words fit on a phone', async ({ page, site }) => {
  const { id } = (await site.register()).body
  await site.deps.audit.record('authn_recovery_codes_issued', { userId: id })
  await page.setViewportSize({ width: 320, height: 800 })
  await signInByPage(page, ADA)
  await arrivedAt(page, '/account')
  await page.getByLabel('Language').selectOption('de')
  await page.getByRole('link', { name: 'Aktivität' }).click()
  const words = page.getByText('Wiederherstellungscodes erzeugt')
  await words.waitFor()
  expect(await words.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
})

const textsIn = (requests: { url: string }[]) => requests.filter(({ url }) => TEXTS.test(url)).length
const TEXTS = /assets\/(?:pages|account|admin)-[\w-]+\.js/

test('only the chosen language is loaded, in time, and set on the document', async ({ chromium, site }) => {
  const context = await chromium.newContext({ baseURL: site.origin, locale: 'pl-PL' })
  const requests = collectRequests(context)
  const page = await context.newPage()
  await page.goto('/sign-in')
  await page.getByRole('heading', { level: 1, name: 'Zaloguj się do Latchkey' }).waitFor()
  expect(textsIn(requests)).toBe(1)
  expect(await page.getAttribute('link[rel=modulepreload]', 'href')).toMatch(TEXTS)
  expect([await page.getAttribute('html', 'lang'), await page.getAttribute('html', 'dir')]).toEqual(['pl', 'ltr'])
  await context.close()
})

test('what cannot be loaded is said in the language of the browser, and another language is refused', async ({
  chromium,
  site,
}) => {
  const context = await chromium.newContext({ baseURL: site.origin, locale: 'de-DE' })
  const page = await context.newPage()
  await page.goto('/sign-in')
  await page.getByRole('heading', { level: 1, name: 'Bei Latchkey anmelden' }).waitFor()
  await page.route(TEXTS, route => route.abort())
  await page.getByLabel('Sprache').selectOption('fr')
  await page.getByRole('status').getByText('Der Server antwortet nicht.').waitFor()
  expect(await page.getByLabel('Sprache').inputValue()).toBe('de')
  await page.reload()
  expect(await announced(page, 'alert')).toMatch(/^Die Seite konnte nicht geladen werden\./)
  await context.close()
})

test('a change of language reaches the pages that were loaded later', async ({ page, site }) => {
  await site.register()
  await signInByPage(page, ADA)
  await arrivedAt(page, '/account')
  await page.getByLabel('Language').selectOption('nl')
  await page.getByRole('link', { name: 'Beveiliging' }).click()
  await page.getByRole('heading', { level: 1, name: 'Beveiliging' }).waitFor()
})

test('a change of language reaches what a button just did', async ({ page, site }) => {
  await site.register()
  await signInByPage(page, ADA)
  await arrivedAt(page, '/account')
  await page.getByRole('button', { name: 'Resend confirmation' }).click()
  const toast = page.getByRole('status')
  await toast.getByText('We sent a link to your email.').waitFor()
  await page.getByLabel('Language').selectOption('de')
  await toast.getByText('Wir haben einen Link an Ihre Adresse gesendet.').waitFor()
})

test('an account keeps the language that its user chooses, and a browser without a choice follows it', async ({
  chromium,
  page,
  site,
}) => {
  await site.register()
  await signInByPage(page, ADA)
  await arrivedAt(page, '/account')
  await page.getByLabel('Language').selectOption('nl')
  await page.getByRole('link', { name: 'Beveiliging' }).waitFor()
  await expect.poll(() => keptFor(site)).toBe('nl')
  const { id } = await grant(ADA, 'admin')
  await page.goto(`/admin/users/${id}`)
  await page.locator('dd', { hasText: 'Nederlands' }).waitFor()

  const elsewhere = await chromium.newContext({ baseURL: site.origin, locale: 'en-GB' })
  const tab = await elsewhere.newPage()
  await signInByPage(tab, ADA)
  await tab.getByRole('link', { name: 'Beveiliging' }).waitFor()
  expect(await tab.getAttribute('html', 'lang')).toBe('nl')
  expect(await tab.evaluate('localStorage.getItem("language")')).toBe(null)
  await elsewhere.close()

  const choosing = await chromium.newContext({ baseURL: site.origin, locale: 'de-DE' })
  const other = await choosing.newPage()
  await other.goto('/sign-in')
  await other.getByLabel('Sprache').selectOption('en')
  await other.getByRole('heading', { level: 1, name: 'Sign in to Latchkey' }).waitFor()
  await signInByPage(other, ADA)
  await other.getByRole('link', { name: 'Security' }).waitFor()
  await other.reload()
  await other.getByRole('link', { name: 'Security' }).waitFor()
  expect(await keptFor(site)).toBe('nl')
  await choosing.close()
})

const keptFor = async (site: Pick<TestServer, 'rows'>) =>
  (await site.rows<{ language: string | null }>('SELECT "language" FROM "Users"'))[0]?.language

test('a page creates the account in the language that it is shown in', async ({ chromium, site }) => {
  const context = await chromium.newContext({ baseURL: site.origin, locale: 'en-GB' })
  const page = await context.newPage()
  await page.goto('/register')
  await page.getByLabel('Language').selectOption('de')
  await page.getByLabel('Name', { exact: true }).fill(ADA.name)
  await page.getByLabel('E-Mail-Adresse').fill(ADA.email)
  await page.getByLabel('Passwort', { exact: true }).fill(ADA.password)
  await page.getByRole('button', { name: 'Konto erstellen' }).click()
  await expect.poll(() => keptFor(site)).toBe('de')
  expect((await mailFor(site, ADA.email, 'verify-email')).language).toBe('de')
  await context.close()
})
