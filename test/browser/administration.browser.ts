import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { Passkey } from '../../models/passkey.ts'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { createLink } from '../../src/links/links.ts'
import { enrolTotp } from '../support/enrol.ts'
import { ADA, BOB } from '../support/harness.ts'
import { mailFor } from '../support/waiting-mails.ts'
import { ask, test as base } from './browser.ts'
import { announced, arrivedAt, focused, openUserMenu, signInByPage, signOutByPage } from './forms.ts'
import { collectFaults, collectRequests } from './observe.ts'

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })
const section = (page: Page, name: string) =>
  page
    .getByRole('navigation', { name: 'Sections of the administration' })
    .getByRole('link', { name, exact: true })
    .click()
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text })

/** Ada is an administrator and signed in, Bob is a user. */
const test = base.extend('desk', async ({ page, site }) => {
  await site.register()
  await site.register(BOB)
  const ada = await User.findOne({ where: { email: ADA.email }, rejectOnEmpty: true })
  await ada.addRole(await Role.findOne({ where: { name: 'admin' }, rejectOnEmpty: true }))
  await signInByPage(page, ADA)
  // Arriving moves the focus, which closes an open menu.
  await heading(page, 'Profile').waitFor()
  await openUserMenu(page)
  await page.getByRole('link', { name: 'Administration' }).click()
  await heading(page, 'Overview').waitFor()
  return page
})

/** Answers the question that is open, by the button of this name. */
async function answer(page: Page, question: string, button: string) {
  const dialog = page.getByRole('dialog', { name: question, exact: true })
  await dialog.getByRole('button', { name: button, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}
const focusedText = (page: Page) => page.evaluate<string>('document.activeElement.textContent')

async function openBob(page: Page) {
  await section(page, 'Users')
  await page.getByRole('link', { name: BOB.name }).click()
  await heading(page, BOB.name).waitFor()
}
const tab = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'User', exact: true }).getByRole('link', { name, exact: true }).click()
const openDangerZone = (page: Page) => page.getByText('Danger zone').click()

test('the overview counts, and shows the month as a chart and as a table', async ({ desk: page }) => {
  await expect.poll(() => page.locator('.numbers').textContent()).toMatch(/Users\s*2/)
  await page.getByRole('img', { name: 'Sign-ins, failures and active sessions of the last 30 days' }).waitFor()
  await page.getByText('As a table').click()
  expect(await page.getByRole('row').count()).toBe(31)
})

test('the overview shows the last day by its hours, and how the server is', async ({ desk: page, site }) => {
  await press(page, 'Last 24 hours')
  const title = 'Sign-ins, failures and active sessions of the last 24 hours'
  await page.getByRole('img', { name: title }).waitFor()
  await page.getByText('Times are in your time zone.').waitFor()
  await page.getByText('As a table').click()
  expect(await page.getByRole('row').count()).toBe(25)
  const thisHour = page.getByRole('table', { name: title }).getByRole('row').nth(1)
  expect(await thisHour.getByRole('cell').nth(1).textContent()).toBe('1')

  await page.getByText('The latest 100 events are intact').waitFor()
  await page.getByText('2 waiting', { exact: true }).waitFor()
  await site.rows(`UPDATE "Mails" SET "failedAt" = "createdAt"`)
  await site.rows('DELETE FROM "AuditHeads"')
  await page.reload()
  await page.getByText('2 failed', { exact: true }).waitFor()
  await page.getByText('Events are missing or were changed. Run: latchkey audit verify').waitFor()
})

test('the access token is in memory only, and no cookie opens /api', async ({ desk: page, context }) => {
  const requests = collectRequests(context)
  await section(page, 'Users')
  await row(page, BOB.email).waitFor()
  const [listed] = requests.filter(({ url }) => url.includes('/api/v1/users'))
  expect(listed?.headers.authorization).toMatch(/^Bearer /)
  expect(await page.evaluate('[...Object.keys(localStorage), ...Object.keys(sessionStorage)]')).toEqual([])
  expect((await ask(page, 'GET', '/api/v1/users')).status).toBe(401)
})

test('users are found, and Back from one finds the search again', async ({ desk: page }) => {
  await section(page, 'Users')
  await row(page, BOB.email).waitFor()
  await page.getByLabel('Search').fill('kahn')
  await row(page, ADA.email).waitFor({ state: 'detached' })
  await page.getByRole('link', { name: BOB.name }).click()
  await heading(page, BOB.name).waitFor()
  expect(await focused(page)).toBe('H1')
  await page.evaluate('void setTimeout(() => history.back())')
  await expect.poll(() => page.getByLabel('Search').inputValue()).toBe('kahn')
  await row(page, BOB.email).waitFor()
  expect(await row(page, ADA.email).count()).toBe(0)
  await page.getByLabel('Search').fill('nobody at all')
  await page.getByText('No users found.').waitFor()
  await page.getByLabel('Search').fill('')
  await page.getByLabel('Role').selectOption('admin')
  await row(page, BOB.email).waitFor({ state: 'detached' })
  await row(page, ADA.email).waitFor()
})

test('chips filter, headers sort, and Back undoes each', async ({ desk: page, site }) => {
  await User.update({ disabledAt: new Date() }, { where: { email: BOB.email } })
  await section(page, 'Users')
  await row(page, BOB.email).waitFor()
  const chip = (name: string) => page.getByRole('button', { name, exact: true })
  await chip('Disabled').click()
  await row(page, ADA.email).waitFor({ state: 'detached' })
  expect(await chip('Disabled').getAttribute('aria-pressed')).toBe('true')
  await page.getByText('1 user', { exact: true }).waitFor()
  await chip('Two-step on').click()
  await page.getByText('No users found.').waitFor()
  await page.goBack()
  await row(page, BOB.email).waitFor()
  await page.goBack()
  await row(page, ADA.email).waitFor()
  const names = () => page.locator('tbody .person a').allTextContents()
  await page.getByRole('link', { name: 'Last sign-in', exact: true }).click()
  await expect.poll(names).toEqual([ADA.name, BOB.name])
  await page.getByRole('link', { name: 'Name', exact: true }).click()
  await page.getByRole('link', { name: 'Name', exact: true }).click()
  await expect.poll(names).toEqual([BOB.name, ADA.name])
  expect(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('descending')
  await page.getByRole('searchbox').fill('ada')
  await row(page, BOB.email).waitFor({ state: 'detached' })
  expect(await focused(page)).toBe('INPUT')
  expect(new URL(page.url()).search).toBe('?q=ada')
  expect(site.origin).toBe(new URL(page.url()).origin)
})

test('selected users are disabled at once; each refusal is named', async ({ desk: page, site }) => {
  const faults = await collectFaults(page)
  const { browser } = await site.signIn(BOB)
  await section(page, 'Users')
  await page.getByLabel('Select all on this page').check()
  await press(page, 'Sign out everywhere')
  await answer(page, 'Sign out 2 users?', 'Cancel')
  await browser.get('/auth/session').expect(200)
  await press(page, 'Disable')
  await answer(page, 'Disable 2 users?', 'Disable')
  await page.getByText('Done for 1 of 2 selected users.').waitFor()
  await page.getByText(`${ADA.name}: This would leave no enabled administrator.`).waitFor()
  await row(page, BOB.email).getByText('Disabled').waitFor()
  await browser.get('/auth/session').expect(401)
  expect(await page.getByText('selected', { exact: true }).count()).toBe(0)
  expect(faults).toEqual([])
})

test('users are exported as a file', async ({ desk: page }) => {
  await section(page, 'Users')
  const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Export CSV')])
  expect(download.suggestedFilename()).toBe('users.csv')
  expect(await readFile(await download.path(), 'utf8')).toContain(BOB.email)
})

test('6.4.4 one or all second factors of a user who lost them are removed, after a question', async ({
  desk: page,
  site,
}) => {
  await enrolTotp((await site.signIn(BOB)).browser)
  await openBob(page)
  await tab(page, 'Factors')
  await page.getByText('Authenticator app').waitFor()
  await page.getByText('10 codes left.').waitFor()
  const bob = await User.findOne({ where: { email: BOB.email }, rejectOnEmpty: true })
  const lost = { credentialId: 'lost', publicKey: 'k', name: 'Lost phone', transports: [] }
  await Passkey.create({ userId: bob.id, ...lost })
  await page.reload()
  await press(page, 'Remove: Passkey: Lost phone')
  await answer(page, `Remove “Passkey: Lost phone” of ${BOB.name}?`, 'Remove')
  await page.getByText('Second factor removed. We emailed the user.').waitFor()
  await page.getByText('Lost phone').waitFor({ state: 'detached' })
  await page.getByText('10 codes left.').waitFor()
  await press(page, 'Remove all factors')
  await answer(page, `Remove all second factors of ${BOB.name}?`, 'Cancel')
  await press(page, 'Remove all factors')
  await answer(page, `Remove all second factors of ${BOB.name}?`, 'Remove all factors')
  await page.getByText('No second factor.').waitFor()
  await tab(page, 'Activity')
  await page.getByRole('listitem').filter({ hasText: 'Second factor removed: all' }).getByText(ADA.name).waitFor()
  await mailFor(site, BOB.email, 'factor-removed')
  await site.signIn(BOB)
})

test('6.4.6 somebody is invited, and makes the account by the link of the mail', async ({ desk: page, site }) => {
  await section(page, 'Users')
  await press(page, 'Invite user')
  await page.getByRole('dialog').getByLabel('Email').fill('grace@example.org')
  await press(page, 'Send invitation')
  await page.getByText('Invitation sent to grace@example.org.').waitFor()
  const { link } = await mailFor(site, 'grace@example.org', 'invitation')
  await page.goto(link)
  const grace = { name: 'Grace Hopper', email: 'grace@example.org', password: ADA.password }
  for (const [name, value] of Object.entries(grace)) await page.locator(`[name=${name}]`).fill(value)
  await press(page, 'Create account')
  await heading(page, 'Profile').waitFor()
  await page.getByRole('definition').getByText(grace.email).waitFor()
  await page.getByText('Confirmed', { exact: true }).waitFor()
})

test('6.4.6 open invitations are sent again and withdrawn', async ({ desk: page, site }) => {
  await section(page, 'Users')
  await page.getByRole('link', { name: 'Invitations', exact: true }).click()
  await page.getByText('No open invitations.').waitFor()
  await press(page, 'Invite user')
  await page.getByRole('dialog').getByLabel('Email').fill('grace@example.org')
  await press(page, 'Send invitation')
  await row(page, 'grace@example.org').getByText(ADA.name).waitFor()
  const first = await mailFor(site, 'grace@example.org', 'invitation')
  await press(page, 'Resend: grace@example.org')
  await page.getByText('New link sent to grace@example.org. The earlier one no longer works.').waitFor()
  await expect.poll(async () => (await mailFor(site, 'grace@example.org', 'invitation')).link).not.toBe(first.link)
  await press(page, 'Withdraw: grace@example.org')
  await answer(page, 'Withdraw the invitation to grace@example.org?', 'Withdraw')
  await page.getByText('Invitation withdrawn.').waitFor()
  await page.getByText('No open invitations.').waitFor()
})

describe('where registration is closed', () => {
  test.override('settings', { REGISTRATION: 'closed' })

  test('6.4.6 no page offers to invite, and open invitations can still be withdrawn', async ({ page, site }) => {
    const token = (await createLink(site.origin, 'setup')).split('#')[1]
    await site
      .agent()
      .post('/auth/setup')
      .send({ ...ADA, token })
      .expect(201)
    await createLink(site.origin, 'invitation', { email: 'grace@example.org' })
    await signInByPage(page, ADA)
    await heading(page, 'Profile').waitFor()
    const inviting = page.getByRole('button', { name: /^(Invite|Resend)/ })
    await page.goto('/admin/users')
    await row(page, ADA.email).waitFor()
    expect(await inviting.count()).toBe(0)
    await page.getByRole('link', { name: 'Invitations', exact: true }).click()
    await row(page, 'grace@example.org').waitFor()
    expect(await inviting.count()).toBe(0)
    await press(page, 'Withdraw: grace@example.org')
    await answer(page, 'Withdraw the invitation to grace@example.org?', 'Withdraw')
    await page.getByText('No open invitations.').waitFor()
  })
})

test('the list of users says how many there are, and goes on and back', async ({ desk: page }) => {
  for (let number = 10; number < 60; number++)
    await User.create({
      name: `User ${number}`,
      email: `user${number}@example.org`,
      username: null,
      passwordHash: null,
    })
  await section(page, 'Users')
  await page.getByText('52 users', { exact: true }).waitFor()
  const follow = (name: string) => page.getByRole('link', { name, exact: true }).click()
  await follow('Next page')
  await row(page, 'user40@example.org').waitFor()
  await follow('Next page')
  await row(page, 'user59@example.org').waitFor()
  await page.getByText('52 users', { exact: true }).waitFor()
  await follow('Previous page')
  await row(page, 'user40@example.org').waitFor()
  await follow('Previous page')
  await row(page, ADA.email).waitFor()
  expect(await page.getByRole('link', { name: 'Previous page' }).count()).toBe(0)
})

test('a user is renamed, given a role, signed out, disabled and enabled, each at once', async ({
  desk: page,
  site,
}) => {
  const faults = await collectFaults(page)
  const { browser } = await site.signIn(BOB)
  await openBob(page)
  await page.getByLabel('Name', { exact: true }).fill('Robert Kahn')
  await press(page, 'Save')
  await heading(page, 'Robert Kahn').waitFor()
  await tab(page, 'Roles')

  const admin = page.getByRole('checkbox', { name: /^admin/ })
  const rolesOfBob = async () => (await browser.get('/auth/profile')).body.roles
  await admin.check()
  await press(page, 'Save roles')
  await answer(page, 'Change the roles of Robert Kahn?', 'Cancel')
  expect(await admin.isChecked()).toBe(true)
  await press(page, 'Save roles')
  await answer(page, 'Change the roles of Robert Kahn?', 'Save roles')
  await answer(page, 'Make Robert Kahn an administrator?', 'Cancel')
  expect(await rolesOfBob()).toEqual(['user'])
  await press(page, 'Save roles')
  await answer(page, 'Change the roles of Robert Kahn?', 'Save roles')
  await answer(page, 'Make Robert Kahn an administrator?', 'Make administrator')
  await expect.poll(rolesOfBob).toContain('admin')
  await page.getByText('Saved.').last().waitFor()
  await admin.uncheck()
  await press(page, 'Save roles')
  await answer(page, 'Change the roles of Robert Kahn?', 'Save roles')
  await expect.poll(rolesOfBob).toEqual(['user'])

  await tab(page, 'Sessions')
  await press(page, 'Sign out everywhere')
  await answer(page, 'Sign out this user everywhere?', 'Sign out everywhere')
  await page.getByText('No active sessions.').waitFor()
  await expect.poll(() => focusedText(page)).toContain('Signed out of 1 session')
  expect((await browser.get('/auth/session').expect(401)).body).toMatchObject({ reason: 'admin' })

  await tab(page, 'Profile')
  await openDangerZone(page)
  await press(page, 'Disable')
  await answer(page, 'Disable Robert Kahn?', 'Disable')
  await page.getByText('Account disabled').waitFor()
  await site.agent().post('/auth/login').send({ email: BOB.email, password: BOB.password }).expect(401)
  await press(page, 'Enable')
  await page.getByText('Account enabled').waitFor()
  await site.signIn(BOB)
  await press(page, 'Send reset link')
  await page.getByText('We sent the owner a link').waitFor()
  await mailFor(site, BOB.email, 'reset-password')
  expect(faults).toEqual([])
}, 40_000)

test('what is typed but not saved survives a click on a role, its saving, and another language', async ({
  desk: page,
}) => {
  await openBob(page)
  await page.getByLabel('Name', { exact: true }).fill('Robert Kahn')
  await page.getByLabel('Username').fill('bk')
  await tab(page, 'Roles')
  await page.getByRole('checkbox', { name: /^admin/ }).check()
  await press(page, 'Save roles')
  await answer(page, `Change the roles of ${BOB.name}?`, 'Save roles')
  await answer(page, `Make ${BOB.name} an administrator?`, 'Make administrator')
  await page.getByText('Saved.').waitFor()
  await tab(page, 'Profile')
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Robert Kahn')
  await page.getByLabel('Language').selectOption('de')
  await page.getByRole('link', { name: 'Alle Benutzer' }).waitFor()
  expect(await page.getByLabel('Benutzername').inputValue()).toBe('bk')
  await page.getByLabel('Sprache').selectOption('en')
  await section(page, 'Roles')
  await press(page, 'Create role')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('support')
  await dialog.getByLabel('Description').fill('Helps')
  await dialog.getByLabel('See users').check()
  expect(await dialog.getByLabel('Description').inputValue()).toBe('Helps')
})

test('two administrators do not overwrite one another', async ({ desk: page, site }) => {
  await openBob(page)
  await User.update({ name: 'Bobby Kahn' }, { where: { email: BOB.email } })
  await page.getByLabel('Name', { exact: true }).fill('Robert Kahn')
  await press(page, 'Save')
  expect(await announced(page, 'alert')).toContain('Someone else changed this')
  expect(await site.rows(`SELECT "name" FROM "Users" WHERE "email" = '${BOB.email}'`)).toEqual([{ name: 'Bobby Kahn' }])
})

test('deleting a user asks once more', async ({ desk: page, site }) => {
  await openBob(page)
  await openDangerZone(page)
  await press(page, 'Delete')
  const dialog = page.getByRole('dialog', { name: `Delete ${BOB.name}?` })
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'detached' })
  await press(page, 'Delete')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await arrivedAt(page, '/admin/users')
  expect(await site.rows(`SELECT 1 FROM "Users" WHERE "email" = '${BOB.email}'`)).toEqual([])
})

test('the last administrator stays one, and is told why', async ({ desk: page }) => {
  await section(page, 'Users')
  await row(page, ADA.email).getByRole('link', { name: ADA.name }).click()
  await tab(page, 'Roles')
  await page.getByRole('checkbox', { name: /^admin/ }).uncheck()
  await press(page, 'Save roles')
  await answer(page, `Change the roles of ${ADA.name}?`, 'Save roles')
  expect(await announced(page, 'alert')).toContain('This would leave no enabled administrator')
})

test('a role is made, changed and deleted; whoever has it sees no more than it gives', async ({ desk: page, site }) => {
  await section(page, 'Roles')
  await press(page, 'Create role')
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('support')
  await page.getByRole('dialog').getByLabel('Description').fill('<i>Helps</i>')
  await page.getByRole('dialog').getByLabel('See users').check()
  await press(page, 'Save')
  await page.getByRole('heading', { name: 'support' }).waitFor()
  expect(await page.locator('main i').count()).toBe(0)

  const bob = await User.findOne({ where: { email: BOB.email }, rejectOnEmpty: true })
  await bob.addRole(await Role.findOne({ where: { name: 'support' }, rejectOnEmpty: true }))
  await press(page, 'Edit: support')
  await page.getByRole('dialog').getByLabel('See audit events').check()
  await press(page, 'Save')
  const support = page.locator('.item').filter({ hasText: 'support' })
  await support.getByText('See audit events').waitFor()
  await support.getByRole('link', { name: '1 user', exact: true }).waitFor()

  await signOutByPage(page)
  await arrivedAt(page, '/sign-in')
  await signInByPage(page, BOB)
  await heading(page, 'Profile').waitFor()
  await openUserMenu(page)
  await page.getByRole('link', { name: 'Administration' }).click()
  await heading(page, 'Overview').waitFor()
  expect(
    await page.getByRole('navigation', { name: 'Sections of the administration' }).getByRole('link').allTextContents(),
  ).toEqual(['Overview', 'Users', 'Audit events'])
  await page.goto('/admin/roles')
  await page.getByText('You don’t have permission to see this.').waitFor()
  await page.goto(`${site.origin}/admin/users`)
  await row(page, ADA.email).waitFor()
  expect(await page.getByRole('button', { name: 'Invite user' }).count()).toBe(0)
}, 40_000)

test('audit events name people, are filtered, exported, and new ones appear while it is live', async ({
  desk: page,
  site,
}) => {
  await section(page, 'Audit events')
  const event = (text: string) => page.getByRole('listitem').filter({ hasText: text })
  await event('Account created').first().waitFor()
  await page.getByLabel('Person').fill('kahn')
  await page.getByRole('button', { name: BOB.email }).click()
  await event('Signed in').first().waitFor({ state: 'detached' })
  await event('Account created').getByRole('link', { name: BOB.name }).waitFor()
  await page.getByRole('button', { name: 'Account created' }).click()
  await page.getByRole('dialog', { name: 'Account created' }).getByText(BOB.email).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Last 24 hours' }).click()
  const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Export')])
  expect(JSON.parse((await readFile(await download.path(), 'utf8')).split('\n')[0] ?? '').event).toBe('user_created')
  await page.goBack()
  await page.goBack()
  await event('Signed in').first().waitFor()
  await page.getByRole('combobox', { name: 'Event' }).selectOption({ label: 'Sign-in failed' })
  await page.getByText('No events found.').waitFor()
  await page.getByLabel('Live').check()
  await site.agent().post('/auth/login').send({ email: BOB.email, password: 'wrong' }).expect(401)
  await event('Sign-in failed').waitFor({ timeout: 15_000 })
}, 40_000)

test('the numbers of the overview lead to their lists', async ({ desk: page, site }) => {
  await site.agent().post('/auth/login').send({ email: BOB.email, password: 'wrong' }).expect(401)
  await page.reload()
  await page.getByRole('list', { name: 'Latest failed sign-ins' }).getByText('Sign-in failed').waitFor()
  await page.getByRole('button', { name: 'Last 7 days' }).click()
  expect(await page.getByRole('slider').getAttribute('max')).toBe('6')
  await page.getByText('Ready for requests').waitFor()
  await page.locator('.numbers').getByRole('link', { name: 'Failed sign-ins' }).click()
  await heading(page, 'Audit events').waitFor()
  expect(new URL(page.url()).search).toBe('?event=authn_login_fail&range=24h')
})

test('users who may not see the overview begin with the first section they may see', async ({ page, site }) => {
  await site.register()
  const role = await Role.create({ name: 'helper', description: '', permissions: ['users:read'] })
  await (await User.findOne({ where: { email: ADA.email }, rejectOnEmpty: true })).addRole(role)
  await signInByPage(page, ADA)
  await heading(page, 'Profile').waitFor()
  await openUserMenu(page)
  await page.getByRole('link', { name: 'Administration' }).click()
  await heading(page, 'Users').waitFor()
  await arrivedAt(page, '/admin/users')
  await row(page, ADA.email).waitFor()
  await page.goto('/admin/audit')
  await page.getByText('You don’t have permission to see this.').waitFor()
})

test('who has no permission is told so', async ({ page, site }) => {
  await site.register()
  await signInByPage(page, ADA)
  await heading(page, 'Profile').waitFor()
  await openUserMenu(page)
  expect(await page.getByRole('link', { name: 'Administration' }).count()).toBe(0)
  await page.goto('/admin')
  await page.getByText('You don’t have permission to see this.').waitFor()
})
