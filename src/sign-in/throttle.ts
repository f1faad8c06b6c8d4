import type { Limiter, Limiters } from '../../configs/limiter.ts'
import type { AuditEvent } from '../../models/audit-event.ts'
import { User } from '../../models/user.ts'
import { networkOf } from '../client-address.ts'
import { canonical, whereIdentifier } from '../identity/identifiers.ts'
import { isAdministrative } from '../identity/permissions.ts'
import type { Principal } from '../identity/principal.ts'
import type { RefusalEvent } from '../problem.ts'
import { problems } from '../problems.ts'

/**
 * Counts before checking (ASVS 6.3.1); strangers cannot lock out a known device (ASVS 6.1.1).
 * @returns call it after a success. @throws 429
 */
export async function throttleLogin(
  limiters: Limiters,
  identifier: string,
  client: string,
  device?: { id: string },
): Promise<() => Promise<void>> {
  const account = canonical(identifier)
  const event = async () => ({ name: LIMIT_REACHED, userId: await idOf(identifier) })
  const succeeded = await throttleFrom(limiters, account, device ? `device ${device.id}` : networkOf(client), event)
  if (!device) await demand(limiters.account, account, event)
  return async () => {
    if (!device) await limiters.account.refund(account)
    await succeeded()
  }
}

/** A session is limited like a known device. @returns call it after a success. @throws 429 */
export function throttleProof(limiters: Limiters, userId: string, sessionId: string): Promise<() => Promise<void>> {
  return throttleFrom(limiters, userId, `session ${sessionId}`, () => ({ name: LIMIT_REACHED, userId }))
}

async function throttleFrom(limiters: Limiters, account: string, from: string, event: () => Refused) {
  await demand(limiters.client, from, event)
  await demand(limiters.accountFromClient, `${account}\n${from}`, event)
  return async () => {
    await limiters.accountFromClient.reset(`${account}\n${from}`)
    await limiters.client.refund(from)
  }
}

/** @returns call it after a success. @throws 429 (ASVS 6.3.1; NIST SP 800-63B-4 3.1.4.2, 3.2.2) */
export async function throttleSecondFactor(limiters: Limiters, userId: string): Promise<() => Promise<void>> {
  await demand(limiters.secondFactor, userId, () => ({ name: LIMIT_REACHED, userId }))
  return () => limiters.secondFactor.reset(userId)
}

/** For sign-ins that name no account. @returns call it after a success. @throws 429 */
export async function throttleClient(limiters: Limiters, client: string): Promise<() => Promise<void>> {
  await demand(limiters.client, networkOf(client))
  return () => limiters.client.refund(networkOf(client))
}

/** So that nobody finds the code of a device by trying (RFC 8628, 5.1). @returns call it after a success. @throws 429 */
export async function throttleUserCode(limiters: Limiters, userId: string, client: string) {
  const keys = [`user ${userId}`, `client ${networkOf(client)}`]
  for (const key of keys) await demand(limiters.userCode, key)
  return async () => {
    for (const key of keys) await limiters.userCode.refund(key)
  }
}

/** @throws 429 */
export const throttleChallenges = (limiters: Limiters, client: string) => demand(limiters.challenge, networkOf(client))

/** @throws 429 */
export function throttleApplicationRequest(limiters: Limiters, client: string) {
  return demand(limiters.applicationRequests, networkOf(client))
}

/** @throws 429 */
export function throttleRegistration(limiters: Limiters, client: string) {
  return demand(limiters.registration, networkOf(client))
}

/** By client and typed address, known or not, so that it reveals nothing. @throws 429 */
export async function throttleMail(limiters: Limiters, client: string, address: string) {
  await demand(limiters.mailsFromClient, networkOf(client))
  await demand(limiters.mailsToAddress, canonical(address))
}

/** @throws 429 */
export const throttleLink = (limiters: Limiters, client: string) => demand(limiters.links, networkOf(client))
/** @throws 429 */
export function throttleTokenReport(limiters: Limiters, client: string) {
  return demand(limiters.tokenReport, networkOf(client))
}
/** @throws 429 */
export function throttlePasswordStrength(limiters: Limiters, client: string) {
  return demand(limiters.passwordStrength, networkOf(client))
}

/** So that no user slows the server down for others (ASVS 2.4.1). @throws 429 */
export function throttleWrite(limiters: Limiters, { id, permissions }: Pick<Principal, 'id' | 'permissions'>) {
  return demand(isAdministrative(permissions) ? limiters.administrativeWrites : limiters.writes, id)
}

const LIMIT_REACHED: AuditEvent = 'authn_login_fail_max'

async function idOf(identifier: string) {
  return (await User.findOne({ where: whereIdentifier(identifier), attributes: ['id'] }))?.id ?? null
}

type Refused = RefusalEvent | Promise<RefusalEvent>

async function demand(limiter: Limiter, key: string, event?: () => Refused) {
  const wait = await limiter.consume(key)
  if (wait > 0) throw problems.tooManyRequests(wait, await event?.())
}
