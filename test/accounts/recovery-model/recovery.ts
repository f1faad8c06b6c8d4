import supertest from 'supertest'
import { Identity } from '../../../models/identity.ts'
import { apiClient } from '../../support/api-client.ts'
import { ADA } from '../../support/harness.ts'
import { finishSignIn, openAsThief, requestReset, signInByEmail, signInByPasskey, THIEFS_ISSUER } from './steps.ts'
import { type Browser, DEVICE, type Link, putCookie, Violation, type World } from './world.ts'

export const WAYS = ['reset', '"not me"', 'undo', 'administrator'] as const
export type Way = (typeof WAYS)[number]

/** The owner has the mailbox alone again, and takes the account back. Copies that the thief made stay with the thief. */
export async function recover(world: World, way: Way) {
  const { owner, thief } = world
  thief.holds.clear()
  if (way === '"not me"') await useOldest(world, '/not-me')
  if (way === 'undo') await useOldest(world, '/undo-email-change')
  if ((await world.account()).email !== owner.email) await useOldest(world, '/undo-email-change')
  if ((await world.account()).email !== owner.email) throw lost('no link in the mailbox brings the address back')
  if (way === 'administrator') await resetByAdministrator(world)
  else await requestReset(world, owner.email)
  await setPassword(world)
  // What nobody ever proved to own goes with the first proof of the address, factors too (docs/decisions/0020).
  if (!world.beginning.verified) owner.factorIds = await world.ownersFactors()
  const answer = await signIn(world)
  if (answer.body.reviewRequired) await review(world)
}

/** Of the links in the owner's mailbox, from the oldest on, the first that works. */
async function useOldest(world: World, path: string) {
  for (const { token } of await world.linksTo(world.owner.email, path)) {
    const answer = await world.server.agent().post(`/auth${path}`).send({ token })
    if (answer.status === 200) return
  }
}

async function resetByAdministrator(world: World) {
  const admin = await apiClient(world.server, ADA)
  await admin.send('post', `/users/${world.userId}/reset`)
}

async function setPassword(world: World) {
  const { owner } = world
  const [link] = (await world.linksTo(owner.email, '/reset-password')).slice(-1)
  const password = world.newPassword()
  const answer = await world.server.agent().post('/auth/reset-password').send({ token: link?.token, password })
  if (answer.status !== 200) throw lost(`the reset link answers ${answer.status}`)
  owner.password = password
}

/** Where a factor is asked for that the owner does not have, the mail of the reset says how to remove it. */
async function signIn(world: World) {
  const { owner, server } = world
  owner.browser = server.agent()
  const answer = await world.signInOwner(false)
  if (answer.body.message === 'Logged in successfully') return answer
  if (answer.body.secondFactor) {
    const [link] = (await world.linksTo(owner.email, '/not-me')).slice(-1)
    await server.agent().post('/auth/not-me').send({ token: link?.token })
    await setPassword(world)
    const again = await world.signInOwner(false)
    if (again.body.message === 'Logged in successfully') return again
  }
  throw lost(`the sign-in answers ${answer.status} ${JSON.stringify(answer.body)}`)
}

async function review({ owner }: World) {
  await owner.browser.post('/auth/review').send({ keep: owner.factorIds }).expect(200)
}

const lost = (what: string) => new Violation('the owner cannot take the account back', what)

/** After the recovery: nothing that the thief has opens the account, and it is as its owner left it. */
export async function check(world: World) {
  await lookForOpenings(world)
  await lookAtAccount(world)
}

/** Whatever the thief has, the links before the passwords, which a link may add to. */
const OPENINGS: Record<string, (world: World) => Promise<boolean>> = {
  'a session': world => some(world.thief.sessions, ({ browser }) => isSignedIn(browser, world)),
  'a token': ({ thief, server }) => some(thief.tokens, token => isAccepted(server, token)),
  'a pending sign-in': world => some(world.thief.pending, browser => finishSignIn(world, browser)),
  'an account elsewhere': ({ userId }) => isLinked(userId),
  'a passkey': signInByPasskey,
  'an email to sign in with': signInByEmail,
  'a link': world => some([...world.thief.links.values()], link => isOpened(world, link)),
  'a password': world => some([...new Set(world.thief.passwords)], password => isRight(world, password)),
}

async function lookForOpenings(world: World) {
  for (const [what, opens] of Object.entries(OPENINGS))
    if (await opens(world)) throw new Violation('something of the thief opens the account', what)
}

async function some<Item>(items: Item[], holds: (item: Item) => Promise<boolean>): Promise<boolean> {
  for (const item of items) if (await holds(item)) return true
  return false
}

async function isLinked(userId: string) {
  return (await Identity.count({ where: { userId, issuer: THIEFS_ISSUER } })) > 0
}

async function isSignedIn(browser: Browser, { userId }: World) {
  const { status, body } = await browser.get('/auth/session')
  return status === 200 && body.user?.id === userId
}

async function isAccepted({ url }: World['server'], token: string) {
  return (await supertest(url).get('/api/v1/me').set('Authorization', `Bearer ${token}`)).status === 200
}

async function isOpened(world: World, link: Link) {
  return (await openAsThief(world, link, world.server.agent())).status === 200
}

/** With the device cookie that the thief has. The hour keeps a wait after wrong passwords from hiding one that is right. */
async function isRight(world: World, password: string) {
  const browser = world.server.agent()
  const cookie = world.thief.cookies.at(-1)?.value
  if (cookie) putCookie(browser, DEVICE, cookie)
  world.pass(61)
  return (await browser.post('/auth/login').send({ email: world.owner.email, password })).status === 200
}

async function lookAtAccount(world: World) {
  const { owner } = world
  const differs = (what: string) => new Violation('the account is not as its owner left it', what)
  if ((await world.account()).email !== owner.email) throw differs('the address')
  const { status, body } = await owner.browser.get('/auth/factors')
  if (status !== 200) throw differs(`the owner's session answers ${status}`)
  const ids = [...(body.totp ? ['totp'] : []), ...body.passkeys.map(({ id }: { id: string }) => id)]
  const own = owner.factorIds.filter(id => id !== 'recovery-codes')
  if (ids.sort().join() !== own.sort().join()) throw differs(`the factors are ${ids}, the owner's are ${own}`)
}
