import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import type { LinkPurpose } from '../../models/one-time-link.ts'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { createLink } from '../../src/links/links.ts'
import { ADA, BOB } from '../support/harness.ts'
import { addAuthenticator } from './authenticator.ts'
import { problemsOf } from './axe.ts'
import { signIn, test } from './browser.ts'
import { collectFaults } from './observe.ts'

const SCHEMES = ['light', 'dark'] as const
/** In px: a desk, a phone, and a desk at 400 % (WCAG 2.2, 1.4.10). */
const WIDTHS = [1280, 360, 320]

type Visit = (page: Page, origin: string) => Promise<unknown>

function openLink(purpose: LinkPurpose): Visit {
  return async (page, origin) => page.goto(await createLink(origin, purpose))
}
const submit = (page: Page) => page.locator('form [type=submit]').click()

const PAGES: Record<string, Visit> = {
  'the start page': page => page.goto('/'),
  'sign in': page => page.goto('/sign-in'),
  'sign in with refused fields': async page => {
    await page.goto('/sign-in')
    await submit(page)
    await page.getByText('Enter a password.').first().waitFor()
  },
  'sign in with a refusal': async page => {
    await page.goto('/sign-in')
    await page.getByLabel('Email or username').fill('nobody')
    await page.getByLabel('Password', { exact: true }).fill('nothing')
    await submit(page)
    await page.getByText('Wrong email or password').waitFor()
  },
  'sign in after a failure at a provider': async page => {
    await page.goto('/sign-in?problem=provider_cancelled&provider=corp')
    await page.getByText('You canceled at Corp').waitFor()
  },
  'second factor after a provider': page => page.goto('/sign-in?secondFactor=totp,recovery-code'),
  register: page => page.goto('/register'),
  'forgotten password': page => page.goto('/forgot-password'),
  'new password': openLink('reset-password'),
  'new password without a secret': page => page.goto('/reset-password'),
  'confirmation of an address': openLink('verify-email'),
  'change of an address': openLink('confirm-new-email'),
  'undoing of that change': openLink('undo-email-change'),
  'it was not me': openLink('not-me'),
  'set-up without a secret': page => page.goto('/setup'),
  'set-up': openLink('setup'),
  'set-up when it is done': async (page, origin) => {
    await openLink('setup')(page, origin)
    for (const [field, value] of Object.entries(ADA)) await page.locator(`[name=${field}]`).fill(value)
    await submit(page)
    await page.getByText('is now the administrator').waitFor()
  },
  'an address without a page': page => page.goto('/nowhere'),
}

/** In ms. */
const PATIENCE = 600_000

/** In px; nothing may stick out to the right. */
function overhang(page: Page) {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

/** Waits until what the page asked for is there. */
function opened(address: string, shown: string): Visit {
  return async page => {
    await page.goto(address)
    await page.locator(shown).first().waitFor()
  }
}
function pressed(address: string, button: string | RegExp, shown: string): Visit {
  return async page => {
    await page.goto(address)
    await page.getByRole('button', { name: button, exact: true }).click()
    await page.locator(shown).first().waitFor()
  }
}

const SIGNED_IN: Record<string, Visit> = {
  'start page, signed in': opened('/', 'main .button'),
  profile: opened('/account', 'dl'),
  'password and factors': opened('/account/security', '.item'),
  'an identity that waits no longer': opened('/link-account', '.failed'),
  'a failure at a provider': opened('/account/security?problem=provider_cancelled&provider=corp', '.failed'),
  'adding an app': pressed('/account/security', 'Add authenticator app', '.qr'),
  'recovery codes, after a passkey was added': pressed('/account/security', 'Add passkey', '.codes'),
  'naming a passkey': pressed('/account/security', /^Rename: /, '.renaming form'),
  sessions: async page => {
    await opened('/account/sessions', '.folded')(page, '')
    await page.getByText('Recognized browsers').click()
  },
  tokens: opened('/account/tokens', '.empty'),
  activity: opened('/account/activity', '.things'),
  'your data': opened('/account/data', 'main .danger'),
  'deleting the account': pressed('/account/data', 'Delete account…', 'dialog form'),
  overview: async page => {
    await opened('/admin', 'svg')(page, '')
    await page.getByText('As a table').click()
  },
  users: opened('/admin/users', 'tbody tr'),
  invitation: pressed('/admin/users', 'Invite user', 'dialog'),
  'open invitations': async (page, origin) => {
    await pressed('/admin/users', 'Invite user', 'dialog')(page, origin)
    await page.getByRole('dialog').getByLabel('Email').fill('grace@example.org')
    await page.getByRole('button', { name: 'Send invitation' }).click()
    await page.getByText('Invitation sent to grace@example.org.').waitFor()
    await opened('/admin/invitations', 'tbody tr')(page, origin)
  },
  'a user': async (page, origin) => {
    await opened('/admin/users', 'tbody a')(page, origin)
    await page.locator('tbody a').first().click()
    await page.getByText('Danger zone').click()
    await page.getByRole('button', { name: 'Delete' }).waitFor()
  },
  'sessions of a user': async (page, origin) => {
    await opened('/admin/users', 'tbody a')(page, origin)
    await page.locator('tbody a').first().click()
    await page.getByRole('link', { name: 'Sessions', exact: true }).click()
    await page.locator('tbody tr').first().waitFor()
  },
  roles: opened('/admin/roles', '.item'),
  'a new role': pressed('/admin/roles', 'Create role', 'dialog fieldset'),
  clients: opened('/admin/clients', '.empty'),
  'a new client': pressed('/admin/clients', 'Create client', 'dialog textarea'),
  'a client and its new secret': async (page, origin) => {
    await pressed('/admin/clients', 'Create client', 'dialog textarea')(page, origin)
    await page.getByLabel('Name', { exact: true }).fill('Wiki')
    await page.getByLabel('Redirect URIs').fill(`https://wiki.example.org/${'callback'.repeat(20)}`)
    await page.getByRole('dialog').getByRole('button', { name: 'Create client' }).click()
    await page.getByRole('button', { name: 'Add secret' }).click()
    await page.locator('.once').waitFor()
    await page.locator('table').waitFor()
  },
  'clients of the server': opened('/admin/clients', 'tbody tr'),
  'audit events': opened('/admin/audit', '.event-list li'),
}

/** A folder: each page is then pictured there on a desk and a phone, in both schemes, for somebody to look at. */
const PICTURES = process.env.PICTURES

async function picture(page: Page, name: string, folder: string) {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 })
    await page.screenshot({ path: `${folder}/${name}, ${width}.png`, fullPage: true })
  }
}

/** All in one test: a server and a browser for each page would take minutes. */
async function demandNoFault(page: Page, origin: string, pages: Record<string, Visit>) {
  for (const [name, visit] of Object.entries(pages)) {
    await visit(page, origin)
    await page.getByRole('heading', { level: 1 }).waitFor()
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 })
      expect.soft(await overhang(page), `${name}, ${width} px`).toBe(0)
    }
    await page.evaluate(`document.documentElement.dir = 'rtl'`)
    expect.soft(await overhang(page), `${name}, from right to left`).toBe(0)
    await page.evaluate(`document.documentElement.dir = 'ltr'`)
    for (const colorScheme of SCHEMES) {
      // Without motion: a colour on its way from one scheme to the other is neither.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      expect.soft(await problemsOf(page), `${name}, ${colorScheme}`).toEqual([])
      if (PICTURES) await picture(page, `${name}, ${colorScheme}`, PICTURES)
    }
    await page.goto('about:blank')
  }
}

/** Nobody is asked anything before somebody leaves for it. */
const PROVIDERS = {
  OIDC_CORP_ISSUER: 'https://corp.example',
  OIDC_CORP_CLIENT_ID: 'latchkey',
  OIDC_CORP_CLIENT_SECRET: 'a secret of the client of the tests',
  OIDC_BROKEN_CLIENT_ID: 'latchkey',
}

describe('no page has a fault that axe knows, in light and dark, and each fits a desk and a phone', () => {
  test.override('settings', PROVIDERS)

  test('signed out', ({ page, site }) => demandNoFault(page, site.origin, PAGES), PATIENCE)

  test(
    'signed in, as an administrator',
    async ({ page, context, site }) => {
      await addAuthenticator(context, page)
      await site.register()
      await site.register(BOB)
      const ada = await User.findOne({ where: { email: ADA.email }, rejectOnEmpty: true })
      await ada.addRole(await Role.findOne({ where: { name: 'admin' }, rejectOnEmpty: true }))
      await site.signIn()
      await signIn(page)
      await demandNoFault(page, site.origin, SIGNED_IN)
    },
    PATIENCE,
  )
})

/** Follows every link of ours on the start page. @returns their status by address */
async function followLinks(page: Page) {
  await page.goto('/')
  await page.getByRole('heading', { level: 1 }).waitFor()
  const more = page.getByText('For developers')
  if (await more.isVisible()) await more.click()
  const links = await page
    .locator('main')
    .getByRole('link')
    .evaluateAll((found: { href: string }[]) => found.map(each => each.href))
  const statuses = await Promise.all(links.map(async each => (await page.request.get(each)).status()))
  return Object.fromEntries(links.map((each, at) => [new URL(each).pathname, statuses[at]]))
}

const ALWAYS = { '/sign-in': 200, '/register': 200 }
const FOR_DEVELOPERS = { '/docs': 200, '/openapi.json': 200, '/healthz': 200, '/readyz': 200 }

describe('the start page', () => {
  test('has no dead link and breaks no rule of its policy', async ({ page }) => {
    const faults = await collectFaults(page)
    expect(await followLinks(page)).toEqual({ ...ALWAYS, ...FOR_DEVELOPERS })
    expect(faults).toEqual([])
  })
})

describe('with OPENAPI_VISIBLE=false the start page', () => {
  test.override('settings', { OPENAPI_VISIBLE: 'false' })

  test('offers no documentation, and has no dead link', async ({ page }) => {
    expect(await followLinks(page)).toEqual(ALWAYS)
    expect(await problemsOf(page)).toEqual([])
    expect((await page.goto('/docs'))?.status()).toBe(404)
  })
})
