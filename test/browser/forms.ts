import type { Locator, Page } from 'playwright-core'

/** What a screen reader is told at once. */
export function announced(page: Page, role: 'alert' | 'status') {
  return page.getByRole(role).filter({ hasText: /./ }).first().textContent()
}

/** What stands beside a field, and is tied to it: its hint and its errors. */
export function descriptionOf(field: Locator): Promise<string> {
  return field.evaluate(
    (element: {
      getAttribute(name: string): string | null
      ownerDocument: { getElementById(id: string): { textContent: string } | null }
    }) =>
      (element.getAttribute('aria-describedby') ?? '')
        .split(' ')
        .map(id => element.ownerDocument.getElementById(id)?.textContent ?? '')
        .join(' '),
  )
}

/** The name of the field that the keyboard goes to, or the tag of what is no field. */
export function focused(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.name || document.activeElement.tagName')
}

/** Where the tab is now, once it is there. */
export const arrivedAt = (page: Page, path: string) => page.waitForURL(url => url.pathname === path)

/** Signs in by the page, as people do. */
export async function signInByPage(page: Page, { email, password }: { email: string; password: string }) {
  await page.goto('/sign-in')
  await page.getByLabel('Email or username').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** What the menu of the signed-in user has is there afterwards. */
export const openUserMenu = (page: Page) => page.getByRole('button', { name: /^Account menu:/ }).click()

export async function signOutByPage(page: Page) {
  await openUserMenu(page)
  await page.getByRole('banner').getByRole('button', { name: 'Sign out', exact: true }).click()
}
