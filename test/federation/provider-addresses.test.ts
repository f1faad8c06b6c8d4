import { afterAll, beforeAll, expect, test } from 'vitest'
import { Identity } from '../../models/identity.ts'
import { User } from '../../models/user.ts'
import { startAmongLiars } from '../support/federation.ts'
import { ADA } from '../support/harness.ts'
import type { LyingProvider } from '../support/lying-provider.ts'

const OWNER = { ...ADA, email: 'kim@example.org' }

let it: Awaited<ReturnType<typeof startAmongLiars<'corp'>>>
let corp: LyingProvider
let owner: User
beforeAll(async () => {
  it = await startAmongLiars(['corp'])
  corp = it.providers.corp
  await it.server.register(OWNER)
  owner = await User.findOne({ where: { email: OWNER.email }, rejectOnEmpty: true })
  await owner.update({ emailVerifiedAt: new Date() })
})
afterAll(() => it?.close())

let number = 0
async function arrive(claims: object) {
  corp.become({ sub: `sub-${number++}`, email_verified: true, name: 'Mallory', ...claims })
  return await it.signInWith()
}

test.each([
  'kim@example.org',
  'KIM@EXAMPLE.ORG',
  'kim@EXAMPLE.org',
  ' kim@example.org ',
  'kim@example.org\n',
  'kim@example.org\0',
  'kim@example.org\0.evil.example',
  '\u212aim@example.org',
  'k\u0131m@example.org',
  '\uff4bim@example.org',
  'kim@ex\u00adample.org',
  'kim\u200b@example.org',
  'kim@example.org.',
  'kim@example.org,mallory@evil.example',
  '<kim@example.org>',
])('6.8.1 the address %j opens no account of another person, and makes none that looks alike', async email => {
  const { page, who } = await arrive({ email })
  expect(who?.user.id).not.toBe(owner.id)
  expect(await Identity.count({ where: { userId: owner.id } })).toBe(0)
  if (who) expect([page, who.user.email]).toEqual(['/account', null])
})

test.each([[['kim@example.org']], [{ kim: 1 }], [17], [null], [true]])(
  'an address that is %j is none',
  async (...[email]) => {
    expect((await arrive({ email })).who?.user).toMatchObject({ email: null, emailVerified: false })
  },
)

test.each([
  [true, true],
  ['true', true],
  [false, false],
  ['false', false],
  ['TRUE', false],
  [1, false],
  ['1', false],
  [{}, false],
  [null, false],
  [undefined, false],
])('an address whose email_verified is %j counts as verified: %j', async (email_verified, isVerified) => {
  const { page, who } = await arrive({ email: `free${number}@example.org`, email_verified })
  expect(who?.user.emailVerified ?? false).toBe(isVerified)
  expect(page).toBe(isVerified ? '/account' : '/sign-in?problem=identity_undecided&provider=corp')
})
