import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect } from 'vitest'
import { problemsOf } from './axe.ts'
import { test } from './browser.ts'
import { collectFaults } from './observe.ts'

const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8" width="80" height="80"><rect width="8" height="8" fill="#0a7"/></svg>'

const folder = mkdtempSync(path.join(tmpdir(), 'branding-'))
const at = (name: string) => path.join(folder, name)
writeFileSync(at('logo.svg'), LOGO)
writeFileSync(at('own.css'), 'h1 { letter-spacing: 3px }')
afterAll(() => rmSync(folder, { recursive: true }))

/** Yellow, on which white could not be read. */
const SETTINGS = {
  SITE_NAME: 'Acme',
  SITE_COLOR: '#FFD400',
  SITE_LOGO: at('logo.svg'),
  CUSTOM_CSS: at('own.css'),
  SITE_TERMS_URL: 'https://example.org/terms',
  SITE_HELP_URL: 'mailto:help@example.org',
}

describe('with a look of its own', () => {
  test.override('settings', SETTINGS)

  test.for(['light', 'dark'] as const)('the sign-in page has it and can be read, %s', async (colorScheme, { page }) => {
    const faults = await collectFaults(page)
    await page.emulateMedia({ colorScheme })
    await page.goto('/sign-in')
    await page.getByRole('heading', { level: 1, name: 'Sign in to Acme' }).waitFor()
    const style = (selector: string, property: string) =>
      page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`)
    expect(await style('form [type=submit]', 'backgroundColor')).toBe('rgb(255, 212, 0)')
    expect(await style('h1', 'letterSpacing')).toBe('3px')
    expect(await page.evaluate(`document.querySelector('header img, .brand img').naturalWidth`)).toBe(80)
    await page.getByRole('link', { name: 'Terms' }).waitFor()
    expect(await page.getByRole('link', { name: 'Help' }).getAttribute('href')).toBe('mailto:help@example.org')
    expect(await problemsOf(page)).toEqual([])
    expect(faults).toEqual([])
  })
})
