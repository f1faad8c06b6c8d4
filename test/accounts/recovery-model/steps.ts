import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { isOwnersDevice } from '../../../src/devices/devices.ts'
import { countFactors } from '../../../src/factors/factors.ts'
import { linkIdentity } from '../../../src/federation/identities.ts'
import { codeOf } from '../../support/enrol.ts'
import {
  addPasskey,
  type Browser,
  cookieIn,
  DEVICE,
  type Held,
  proofOf,
  putCookie,
  Violation,
  type World,
} from './world.ts'

/** REAUTHENTICATION_AGE. */
const FRESH = 15 * 60_000
const SESSION = 'connect.sid'

type Step = (world: World) => Promise<unknown>
type Steps = Record<string, Step>

/** What the thief does with what they hold. A step that the server refuses changes nothing. */
const THIEF: Steps = {
  'copies the cookies of the owner': world => Promise.resolve(copyCookies(world)),
  'signs in on another browser': world => signInThief(world),
  'signs in with the copied device cookie': world => signInThief(world, world.thief.cookies.at(-1)),
  'finishes a sign-in, and trusts the browser': async world => {
    const browser = world.thief.pending.at(-1)
    if (browser) await finishSignIn(world, browser)
  },
  'signs in by passkey': signInByPasskey,
  'asks for an email to sign in with': askToSignIn,
  'signs in by email': signInByEmail,
  'adds a passkey': inSession(async ({ thief }, browser, session) => {
    const passkey = await addPasskey(browser)
    if (!passkey) return
    thief.passkeys.push(passkey)
    session.provenAt = Date.now()
  }),
  'adds an app': inSession(async (world, browser, session) => {
    const begun = await browser.post('/auth/totp').send({})
    if (begun.status !== 200) return
    world.pass(1)
    const confirmed = await browser.post('/auth/totp/confirm').send({ code: codeOf(begun.body.secret) })
    if (confirmed.status !== 200) return
    world.thief.app = begun.body.secret
    world.thief.codes.push(...(confirmed.body.recoveryCodes ?? []))
    session.provenAt = Date.now()
  }),
  'links an account elsewhere': inSession(linkElsewhere),
  'makes new recovery codes': inSession(async ({ thief }, browser) => {
    const { body } = await browser.post('/auth/recovery-codes')
    const [recoveryCode] = body.recoveryCodes ?? []
    if (!recoveryCode) return
    thief.codes.push(...body.recoveryCodes)
    await browser.post('/auth/recovery-codes/confirm').send({ recoveryCode })
  }),
  'removes the factors': inSession(async (_world, browser) => {
    const { body } = await browser.get('/auth/factors')
    await browser.delete('/auth/totp')
    for (const { id } of body.passkeys ?? []) await browser.delete(`/auth/passkeys/${id}`)
  }),
  'takes tokens': inSession(async ({ thief }, browser) => {
    const personal = await browser.post('/auth/tokens').send({ name: 'thief', scopes: [] })
    const access = await browser.post('/auth/token')
    for (const token of [personal.body.token, access.body.access_token]) if (token) thief.tokens.push(token)
  }),
  'asks for another address': inSession(askForAddress),
  'moves the account to another address': async world => {
    await inSession(askForAddress)(world)
    await world.readMails()
    await useThiefsLink(world, '/confirm-email')
  },
  'confirms the other address': world => useThiefsLink(world, '/confirm-email'),
  'undoes a change of address': world => useThiefsLink(world, '/undo-email-change'),
  'says "not me"': world => useThiefsLink(world, '/not-me'),
  'verifies the address': world => useThiefsLink(world, '/verify-email'),
  'resets the password': async world => {
    const { email } = await world.account()
    await requestReset(world, email ?? '')
    await useThiefsLink(world, '/reset-password')
  },
  'changes the password': inSession(async (world, browser) => {
    const [currentPassword = '', newPassword] = [world.thief.passwords.at(-1), world.newPassword()]
    const changed = await browser.post('/auth/change-password').send({ currentPassword, newPassword })
    if (changed.status === 200) world.thief.passwords.push(newPassword)
  }),
  'finishes the review': inSession(async (world, browser) => {
    const { body } = await browser.get('/auth/review')
    const ids = (body.factors ?? []).map(({ id }: { id: string }) => id)
    const keep = ids.filter((id: string) => !world.owner.factorIds.includes(id))
    await browser.post('/auth/review').send({ keep })
  }),
  'ends the other sessions': inSession((_world, browser) => browser.delete('/auth/sessions')),
  'forgets the other devices': inSession((_world, browser) => browser.delete('/auth/devices')),
}

/** The link starts over HTTP, with all its checks; what the provider would answer is then brought in by hand. */
export const UNREACHABLE_PROVIDER = {
  OIDC_CORP_ISSUER: 'http://127.0.0.1:9',
  OIDC_CORP_CLIENT_ID: 'latchkey',
  OIDC_CORP_CLIENT_SECRET: 'a secret of the client of the tests',
}
export const THIEFS_ISSUER = 'https://thief.example'

async function linkElsewhere({ server, userId }: World, browser: Browser) {
  const started = await browser.post('/auth/identities').send({ provider: 'corp' })
  if (started.status !== 503) return
  const { body } = await browser.get('/auth/session')
  const subject = randomUUID()
  const profile = { provider: 'corp', issuer: THIEFS_ISSUER, subject, accountName: 'thief', name: 'Thief' }
  const claims = { email: null, emailVerified: false, roles: [], hasSecondFactor: false, provenAt: null, sid: null }
  const tokens = decodeURIComponent(cookieIn(browser, DEVICE) ?? '')
    .slice(2)
    .split('.')
    .slice(0, -1)
  const isOwners = await isOwnersDevice(tokens, userId)
  const asking = { userId, sessionId: body.session.id }
  await linkIdentity(server.deps, asking, { ...profile, ...claims }, { isOwners })
}

/** What the owner does, unsuspecting or not. */
const OWNER: Steps = {
  'signs in': world => world.signInOwner(false),
  'signs in and trusts the browser': world => world.signInOwner(true),
  'signs in after somebody else used the browser': async world => {
    await signInAsThemselves(world)
    await world.signInOwner(true)
  },
  'changes the password': async world => {
    const [currentPassword, newPassword] = [world.owner.password, world.newPassword()]
    const changed = await world.owner.browser.post('/auth/change-password').send({ currentPassword, newPassword })
    if (changed.status === 200) world.owner.password = newPassword
  },
  'says "not me"': async world => {
    for (const { token } of (await world.linksTo(world.owner.email, '/not-me')).slice(-1))
      await world.server.agent().post('/auth/not-me').send({ token })
  },
  'ends the other sessions': ({ owner }) => owner.browser.delete('/auth/sessions'),
}

const TIME: Steps = { passes: world => Promise.resolve(world.pass(30)) }

/** Each looks afterwards at what must hold at all times. */
const COMMANDS = Object.entries({ 'the thief': THIEF, 'the owner': OWNER, 'half an hour': TIME }).flatMap(
  ([who, acts]) =>
    Object.entries(acts).map(([name, act]) => ({
      check: () => true,
      toString: () => `${who} ${name}`,
      run: async (_model: object, world: World) => {
        const before = await world.ownersFactors()
        await act(world)
        await world.readMails()
        await lookForRemoval(world, who, before)
      },
    })),
)

/** Steps of both in any order. */
export function steps() {
  return fc.commands(
    COMMANDS.map(command => fc.constant(command)),
    { maxCommands: 30, size: 'max' },
  )
}

/** @param names as a counterexample prints them */
export function stepsNamed(...names: string[]) {
  return names.map(name => {
    const command = COMMANDS.find(each => each.toString() === name)
    if (!command) throw new Error(`no step is called ${name}`)
    return command
  })
}

/** 6.4.4: the password, the mailbox and the device cookie take no factor away, and neither does a session that proved none lately. */
async function lookForRemoval(world: World, who: string, before: string[]) {
  const left = await world.ownersFactors()
  const removed = before.filter(id => !left.includes(id))
  if (removed.length === 0) return
  // What nobody ever proved to own goes with the first proof of the address, factors too (docs/decisions/0020).
  const mayRemove = who === 'the owner' || !world.beginning.verified || hasProvenFactor(world)
  if (!mayRemove) throw new Violation('a factor was removed without proof of a factor', removed.join())
  world.owner.factorIds = left
}

const hasProvenFactor = ({ thief }: World) => thief.sessions.some(({ provenAt }) => provenAt > Date.now() - FRESH)

/** A step in the newest session of the thief that the server still accepts, or in a new one; the password is proved again first. */
function inSession(act: (world: World, browser: Browser, session: Held) => PromiseLike<unknown>): Step {
  return async world => {
    const session = (await liveSession(world)) ?? (await signInThief(world, world.thief.cookies.at(-1)))
    if (!session) return
    const password = world.thief.passwords.at(-1)
    if (password) await session.browser.post('/auth/reauthenticate').send({ password })
    await act(world, session.browser, session)
  }
}

/** Not one of the thief's own account, which a copied cookie may belong to. */
async function liveSession({ thief, userId }: World): Promise<Held | undefined> {
  for (const session of thief.sessions.toReversed())
    if ((await session.browser.get('/auth/session')).body.user?.id === userId) return session
}

/** What the browser of the owner has, while the thief can reach it. */
export function copyCookies({ thief, owner, server }: World) {
  const device = cookieIn(owner.browser, DEVICE)
  if (device && thief.holds.has('device cookie')) thief.cookies.push({ value: device, at: Date.now() })
  const cookie = cookieIn(owner.browser, SESSION)
  if (!cookie || !thief.holds.has('session')) return
  const browser = server.agent()
  putCookie(browser, SESSION, cookie)
  thief.sessions.push({ browser, provenAt: owner.provenAt })
}

async function askForAddress({ thief, owner }: World, browser: Browser) {
  const email = `thief${thief.addresses.length}-of-${owner.email}`
  const asked = await browser.post('/auth/change-email').send({ email })
  if (asked.status === 202) thief.addresses.push(email)
}

/** With the newest password that the thief knows. @returns the session, where no factor is asked for */
async function signInThief(world: World, copy?: { value: string; at: number }): Promise<Held | undefined> {
  const { thief, owner, server } = world
  const password = thief.passwords.at(-1)
  if (!password) return undefined
  const hasFactor = (await countFactors(world.userId)) > 0
  const browser = server.agent()
  if (copy) putCookie(browser, DEVICE, copy.value)
  const answer = await browser.post('/auth/login').send({ email: (await world.account()).email, password })
  if (answer.status !== 200) return undefined
  if (answer.body.secondFactor) {
    thief.pending.push(browser)
    return undefined
  }
  if (hasFactor && copy && copy.at < owner.signedInAt)
    throw new Violation('an old copy of a device cookie stood for the second factor', `copied at ${copy.at}`)
  const session = { browser, provenAt: 0 }
  thief.sessions.push(session)
  const renewed = copy && cookieIn(browser, DEVICE)
  if (renewed) thief.cookies.push({ value: renewed, at: Date.now() })
  return session
}

/** By whatever factor the thief has. @returns whether that opened the account */
export async function finishSignIn(world: World, browser: Browser): Promise<boolean> {
  const { thief } = world
  for (const factor of [
    { app: thief.app, passkey: undefined },
    ...thief.passkeys.map(passkey => ({ app: undefined, passkey })),
  ]) {
    const proof = await proofOf(browser, factor, world)
    const answer = proof && (await browser.post('/auth/second-factor').send({ ...proof, rememberDevice: true }))
    if (answer?.status !== 200) continue
    thief.sessions.push({ browser, provenAt: Date.now() })
    return true
  }
  const recoveryCode = thief.codes.pop()
  if (!recoveryCode) return false
  const answer = await browser.post('/auth/second-factor').send({ recoveryCode })
  if (answer.status === 200) thief.sessions.push({ browser, provenAt: Date.now() })
  return answer.status === 200
}

/** @returns whether that opened the account */
export async function signInByPasskey({ thief, server }: World): Promise<boolean> {
  for (const passkey of thief.passkeys) {
    const browser = server.agent()
    const { body: options } = await browser.post('/auth/login/passkey/options')
    const answer = await browser.post('/auth/login/passkey').send({ credential: passkey.get(options) })
    if (answer.status !== 200) continue
    thief.sessions.push({ browser, provenAt: Date.now() })
    return true
  }
  return false
}

async function askToSignIn(world: World) {
  const { thief, server } = world
  const browser = server.agent()
  await browser.post('/auth/login/email').send({ email: (await world.account()).email })
  thief.mailed.push(browser)
}

/** @returns whether that opened the account, or would with a second factor */
export async function signInByEmail({ thief }: World): Promise<boolean> {
  for (const { token } of [...thief.links.values()].filter(({ path }) => path === '/sign-in/email'))
    for (const browser of thief.mailed) {
      const answer = await browser.post('/auth/login/email/link').send({ token })
      if (answer.status !== 200) continue
      if (answer.body.secondFactor) thief.pending.push(browser)
      else thief.sessions.push({ browser, provenAt: 0 })
      return true
    }
  return false
}

async function useThiefsLink(world: World, path: string) {
  const { thief, server } = world
  const link = [...thief.links.values()].findLast(each => each.path === path)
  if (link) await openAsThief(world, link, server.agent())
}

/** @returns the answer; a new password is one that the thief knows */
export async function openAsThief(world: World, { path, token }: { path: string; token: string }, browser: Browser) {
  const setsPassword = path === '/reset-password'
  const password = setsPassword ? world.newPassword() : undefined
  const answer = await browser.post(`/auth${path}`).send({ token, ...(setsPassword && { password }) })
  if (answer.status === 200 && password) world.thief.passwords.push(password)
  const { passwordToken } = answer.body
  if (passwordToken) world.thief.links.set(passwordToken, { path: '/reset-password', token: passwordToken })
  return answer
}

/** Waits for the mail, which is written after the answer. */
export async function requestReset(world: World, email: string) {
  const before = (await world.linksTo(email, '/reset-password')).length
  await world.server.agent().post('/auth/forgot-password').send({ email }).expect(202)
  for (const giveUp = performance.now() + 10_000; performance.now() < giveUp; )
    if ((await world.linksTo(email, '/reset-password')).length > before) return world.readMails()
  throw new Error(`no reset mail came to ${email}`)
}

/** M3: the thief uses the owner's browser for an account of their own, and keeps a copy of its device cookie. */
async function signInAsThemselves({ thief, owner, server }: World) {
  if (!thief.holds.has('device cookie')) return
  const account = { email: `self-of-${owner.email}`, password: 'eleven quiet lighthouses sing', name: 'Mallory' }
  await server.agent().post('/auth/register').send(account)
  const { email, password } = account
  await owner.browser.post('/auth/login').send({ email, password }).expect(200)
  owner.provenAt = 0
  const value = cookieIn(owner.browser, DEVICE)
  if (value) thief.cookies.push({ value, at: Date.now() })
}
