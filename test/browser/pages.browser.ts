import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { createLink } from '../../src/accounts/links.ts'
import { ADA } from '../harness.ts'
import { test } from './browser.ts'
import { collectFaults } from './observe.ts'

const SCHEMES = ['light', 'dark'] as const
/** In px: a desk, a phone, and a desk at 400 % (WCAG 2.2, 1.4.10). */
const WIDTHS = [1280, 360, 320]

type Visit = (page: Page, origin: string) => Promise<unknown>

const openSetUp: Visit = async (page, origin) => page.goto(await createLink(origin, 'setup'))
const submit: Visit = page => page.getByRole('button').click()

const PAGES: Record<string, Visit> = {
  'the start page': page => page.goto('/'),
  'set-up without a secret': page => page.goto('/setup'),
  'set-up': openSetUp,
  'set-up with refused fields': async (page, origin) => {
    await openSetUp(page, origin)
    await submit(page, origin)
    await page.getByText('Write a name.').waitFor()
  },
  'set-up when it is done': async (page, origin) => {
    await openSetUp(page, origin)
    for (const [field, value] of Object.entries(ADA)) await page.locator(`#${field}`).fill(value)
    await submit(page, origin)
    await page.getByText('is the administrator now').waitFor()
  },
}

const problemsOf = async (page: Page) => {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

/** In px; nothing may stick out to the right. */
const overhang = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')

describe.for(Object.entries(PAGES))('%s', ([, visit]) => {
  test('has no fault that axe knows, in light and dark, and fits a desk and a phone', async ({ page, site }) => {
    await visit(page, site.origin)
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 })
      expect(await overhang(page), `${width} px`).toBe(0)
    }
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme })
      expect(await problemsOf(page), colorScheme).toEqual([])
    }
  })
})

/** Follows every link of ours on the start page. @returns their status by address */
const followLinks = async (page: Page) => {
  await page.goto('/')
  const links = await page.getByRole('link').evaluateAll((found: { href: string }[]) => found.map(each => each.href))
  const statuses = await Promise.all(links.map(async each => (await page.request.get(each)).status()))
  return Object.fromEntries(links.map((each, at) => [new URL(each).pathname, statuses[at]]))
}

describe('the start page', () => {
  test('has no dead link and breaks no rule of its policy', async ({ page }) => {
    const faults = await collectFaults(page)
    expect(await followLinks(page)).toEqual({ '/docs': 200, '/openapi.json': 200, '/healthz': 200, '/readyz': 200 })
    expect(faults).toEqual([])
  })
})

describe('with OPENAPI_VISIBLE=false the start page', () => {
  test.override('settings', { OPENAPI_VISIBLE: 'false' })

  test('offers no documentation, and has no dead link', async ({ page }) => {
    expect(await followLinks(page)).toEqual({ '/healthz': 200, '/readyz': 200 })
    expect(await problemsOf(page)).toEqual([])
    expect((await page.goto('/docs'))?.status()).toBe(404)
  })
})
