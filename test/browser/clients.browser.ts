import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { Client } from '../../models/client.ts'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { isSecretValid } from '../../src/provider/client-secrets.ts'
import { ADA } from '../support/harness.ts'
import { test as base } from './browser.ts'
import { announced, arrivedAt, descriptionOf, focused, openUserMenu, signInByPage } from './forms.ts'
import { collectFaults } from './observe.ts'

const CALLBACK = 'https://wiki.example.org/callback'

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

/** Ada is an administrator and looks at the clients. */
const test = base.extend('desk', async ({ page, site }) => {
  await site.register()
  const ada = await User.findOne({ where: { email: ADA.email }, rejectOnEmpty: true })
  await ada.addRole(await Role.findOne({ where: { name: 'admin' }, rejectOnEmpty: true }))
  await signInByPage(page, ADA)
  await openUserMenu(page)
  await page.getByRole('link', { name: 'Administration' }).click()
  await page.getByRole('link', { name: 'Clients', exact: true }).click()
  await page.getByText('No clients yet.').waitFor()
  return page
})

async function answer(page: Page, question: string, button: string) {
  const dialog = page.getByRole('dialog', { name: question, exact: true })
  await dialog.getByRole('button', { name: button, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}

/** @returns the page of a new client, and its row */
async function createWiki(page: Page, kind = 'Runs on a server and can keep a secret') {
  await press(page, 'Create client')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('<i>Wiki</i>')
  await dialog.getByLabel('Kind of application').selectOption(kind)
  await dialog.getByLabel('Redirect URIs').fill(`${CALLBACK}\n`)
  await dialog.getByRole('button', { name: 'Create client' }).click()
  await page.getByRole('heading', { level: 1, name: '<i>Wiki</i>' }).waitFor()
  return Client.findOne({ rejectOnEmpty: true })
}

test('a client is created, gets a secret that is shown once, and loses it', async ({ desk: page }) => {
  const faults = await collectFaults(page)
  const { id } = await createWiki(page)
  await arrivedAt(page, `/admin/clients/${id}`)
  await press(page, 'Add secret')
  const secret = (await page.locator('code.secret').textContent()) ?? ''
  expect(await isSecretValid(id, secret)).toBe(true)
  await page.getByRole('link', { name: 'All clients' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click()
  await page.locator('.once').getByRole('button', { name: 'Copy' }).waitFor()
  await press(page, 'I’ve saved it')
  expect(await page.content()).not.toContain(secret)
  await press(page, `Remove: ${secret.slice(0, 8)}…`)
  await answer(page, `Remove the secret ${secret.slice(0, 8)}…?`, 'Remove')
  await page.getByText('Secret removed.').waitFor()
  expect(await isSecretValid(id, secret)).toBe(false)
  expect(faults).toEqual([])
}, 40_000)

test('every field is changed, and a wrong one is named', async ({ desk: page }) => {
  const client = await createWiki(page)
  await page.getByLabel('Redirect URIs', { exact: true }).fill('http://wiki.example.org/')
  await press(page, 'Save')
  await expect.poll(() => focused(page)).toBe('redirectUris')
  const redirectUris = page.getByLabel('Redirect URIs', { exact: true })
  expect(await descriptionOf(redirectUris)).toContain('Enter an exact https URL')
  await redirectUris.fill(`${CALLBACK}\nhttps://wiki.example.org/other`)
  const typed: Record<string, string> = {
    'Redirect URIs after signing out': 'https://wiki.example.org/bye',
    'Back-channel logout URI': 'https://wiki.example.org/out',
    'Start page': 'https://wiki.example.org/',
    'Roles that may use it': 'admin user',
    'Public keys (JWKS)': '{',
    'Scopes of its own': 'reports rows',
    Resource: 'urn:wiki',
    'Scopes of this resource': 'rows:read',
  }
  for (const [label, value] of Object.entries(typed)) await page.getByLabel(label, { exact: true }).fill(value)
  for (const label of ['Require a second factor', 'groups', 'Act for itself (client_credentials)'])
    await page.getByRole('checkbox', { name: label, exact: true }).check()
  await page.getByRole('checkbox', { name: 'email', exact: true }).uncheck()
  await page.getByLabel('Signature of ID tokens').selectOption('EdDSA')
  await press(page, 'Save')
  await expect.poll(() => focused(page)).toBe('jwks')
  await page.getByLabel('Public keys (JWKS)').fill('')
  await press(page, 'Save')
  await page.getByText('Saved.').waitFor()
  expect((await client.reload()).toPublic()).toMatchObject({
    redirectUris: [CALLBACK, 'https://wiki.example.org/other'],
    postLogoutRedirectUris: ['https://wiki.example.org/bye'],
    backchannelLogoutUri: 'https://wiki.example.org/out',
    launchUrl: 'https://wiki.example.org/',
    roles: ['admin', 'user'],
    scopes: ['openid', 'profile', 'groups'],
    grantTypes: ['authorization_code', 'client_credentials'],
    ownScopes: ['reports', 'rows'],
    resource: 'urn:wiki',
    resourceScopes: ['rows:read'],
    secondFactor: true,
    skipConsent: false,
    idTokenAlgorithm: 'EdDSA',
    jwks: null,
  })
  await client.update({ name: 'Changed elsewhere' })
  await press(page, 'Save')
  await page.getByText('Saved.').waitFor({ state: 'detached' })
  expect(await announced(page, 'alert')).toContain('Someone else changed this')
}, 40_000)

test('a client is disabled, enabled and deleted', async ({ desk: page }) => {
  const client = await createWiki(page, 'Runs on a phone or computer')
  expect(client).toMatchObject({ authMethod: 'none', applicationType: 'native' })
  expect(await page.getByRole('heading', { name: 'Secrets' }).count()).toBe(0)
  await press(page, 'Disable')
  await answer(page, 'Disable <i>Wiki</i>?', 'Disable')
  await page.getByText('Client disabled.').waitFor()
  expect((await client.reload()).disabledAt).not.toBeNull()
  await press(page, 'Enable')
  await page.getByText('Client enabled.').waitFor()
  await page.getByLabel('Language').selectOption('de')
  await press(page, 'Löschen')
  await answer(page, '<i>Wiki</i> löschen?', 'Abbrechen')
  await press(page, 'Löschen')
  await answer(page, '<i>Wiki</i> löschen?', 'Löschen')
  await arrivedAt(page, '/admin/clients')
  await page.getByText('Noch keine Anwendungen.').waitFor()
  expect(await Client.count()).toBe(0)
}, 40_000)

test('whoever may only see clients is offered no change', async ({ desk: page }) => {
  await createWiki(page)
  const admin = await Role.findOne({ where: { name: 'admin' }, rejectOnEmpty: true })
  await admin.update({ permissions: admin.permissions.filter(each => each !== 'clients:write') })
  const changes = page.getByRole('button', { name: /^(Save|Add secret|Disable|Delete)$/ })
  expect(await changes.count()).toBe(4)
  // The role was changed in the database, and the server hears of it in a moment.
  await expect
    .poll(async () => {
      await page.reload()
      await page.getByText('No secrets yet.').waitFor()
      return changes.count()
    })
    .toBe(0)
})
