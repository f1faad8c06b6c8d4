import { Device } from '../../models/device.ts'
import { Session } from '../../models/session.ts'
import { User } from '../../models/user.ts'
import type { Audit } from '../audit/audit.ts'
import type { Client } from '../client-address.ts'
import { DEVICE_LIFETIME } from '../devices/devices.ts'
import { days } from '../durations.ts'
import { hashOfSecret, newSecret } from '../encryption/one-way.ts'
import type { Factor } from '../sessions/facts.ts'
import type { SessionStore } from '../sessions/store.ts'
import type { Member } from './add-user.ts'

const REMEMBERED = days(30)
/** Older sessions have expired or were signed out. */
const LIVE_FOR = days(6)

type SignIn = { at: Date; client: Client; factors: Factor[] }

/** Leaves a remembered session, one per user and browser, whose cookie nobody has. */
export async function signInOn(deps: { store: SessionStore; audit: Audit }, member: Member, signIn: SignIn) {
  const { at, factors } = signIn
  const sessionId = isRecent(at) ? await openSession(deps, member, signIn) : null
  const user = await User.findByPk(member.id, { rejectOnEmpty: true })
  const device = user.firstSignInAt ? 'known' : 'new'
  await deps.audit.record('authn_login_success', { userId: member.id, sessionId, details: { factors, device } })
  await user.update({ lastSignInAt: at, firstSignInAt: user.firstSignInAt ?? at })
}

export function failToSignIn({ audit }: { audit: Audit }, { id }: Member): Promise<void> {
  return audit.record('authn_login_fail', { userId: id, details: { authenticator: 'password', reason: 'wrong' } })
}

async function openSession({ store }: { store: SessionStore }, member: Member, { at, client, factors }: SignIn) {
  const where = { userId: member.id, userAgent: client.userAgent }
  await Session.destroy({ where })
  const proofs = Object.fromEntries(factors.map(factor => [factor, at.getTime()]))
  const auth = { at: at.getTime(), factors, proofs }
  const { publicId } = await store.create(
    { passport: { user: member.id }, auth, remember: true },
    member,
    client,
    undefined,
  )
  const expires = new Date(at.getTime() + REMEMBERED)
  const times = { createdAt: at, lastSeenAt: at, expires, absoluteExpires: expires }
  await Session.update(times, { where: { publicId } })
  await noteDevice(member, { at, client })
  return publicId
}

async function noteDevice({ id: userId }: Member, { at, client: { address, userAgent } }: Omit<SignIn, 'factors'>) {
  await Device.destroy({ where: { userId, userAgent } })
  await Device.create({
    userId,
    userAgent,
    ip: address,
    tokenHash: hashOfSecret(newSecret()),
    createdAt: at,
    lastSeenAt: at,
    expires: new Date(at.getTime() + DEVICE_LIFETIME),
    ownersFrom: at,
  })
}

const isRecent = (at: Date) => Date.now() - at.getTime() < LIVE_FOR
