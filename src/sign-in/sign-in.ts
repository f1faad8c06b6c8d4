import { createHash } from 'node:crypto'
import { afterCommit } from '../../configs/database/transactions.ts'
import type { Limiters } from '../../configs/limiter.ts'
import type { Logger } from '../../configs/logger.ts'
import { Identity } from '../../models/identity.ts'
import { Passkey } from '../../models/passkey.ts'
import { ProviderSession } from '../../models/provider-session.ts'
import { User } from '../../models/user.ts'
import { type DeviceClient, isOwnersDevice, isTrustedForSecondFactor, rememberDevice } from '../devices/devices.ts'
import type { ChallengeUse } from '../factors/challenges.ts'
import type { FactorDeps } from '../factors/factor-changes.ts'
import { countFactors, type Method, methodsOf } from '../factors/factors.ts'
import type { Failures } from '../factors/failures.ts'
import { establish, type FactorIds } from '../factors/planted.ts'
import { hasSecondFactor } from '../factors/policy.ts'
import { type FactorProof, proveFactor } from '../factors/prove-factor.ts'
import { withRoles } from '../identity/load-roles.ts'
import { lockUnchanged } from '../identity/lock-user.ts'
import { type AccountState, type Verified, verifiedOf } from '../identity/principal.ts'
import { noticeFor } from '../links/notice.ts'
import { problems } from '../problems.ts'
import {
  authenticatedBy,
  type Factor,
  type PendingLogin,
  type ProviderFacts,
  type SessionFacts,
} from '../sessions/facts.ts'
import { deviceNamesOf } from '../sessions/list.ts'
import type { LiveSession } from '../sessions/row.ts'
import { throttleSecondFactor } from './throttle.ts'

export type SignInDeps = FactorDeps & { logger: Logger; limiters: Limiters; failures: Failures }

type Proof = {
  factors: Factor[]
  used?: FactorIds | undefined
  remember: boolean
  /** Public id of the request's session. */
  replaces: string | undefined
  trustDevice?: boolean
  provider?: ProviderFacts | undefined
}

type SignedIn = {
  outcome: 'signed-in'
  session: LiveSession
  deviceTokens: string[]
}

type SecondFactorNeeded = {
  outcome: 'second-factor-needed'
  session: LiveSession
  methods: Method[]
}

export type SignInResult = SignedIn | SecondFactorNeeded

/** Ends in a session or a pending login (ASVS 6.3.3). @throws 401 `invalid_credentials` */
export async function signIn(
  deps: SignInDeps,
  client: DeviceClient,
  verified: Verified,
  proof: Proof,
): Promise<SignInResult> {
  const { factors, remember, replaces, provider } = proof
  const methods = hasSecondFactor(factors) ? [] : await methodsOf(verified.id)
  if (methods.length === 0) return startSession(deps, client, verified, proof)
  if (await isTrustedForSecondFactor(client.deviceTokens, verified.id))
    return startSession(deps, client, verified, { ...proof, factors: [...factors, 'trusted-device'] })
  const accountMark = markOf(verified)
  const pendingLogin = { userId: verified.id, factors, at: Date.now(), remember, accountMark, provider }
  const session = await deps.store.create({ pendingLogin }, null, client, replaces)
  return { outcome: 'second-factor-needed', session, methods }
}

export type Pending = PendingLogin & { publicId: string }

/** Counts before checking. @throws 401 if the login is over, 422 `invalid_code`, 429 */
export async function completeSignIn(
  deps: SignInDeps,
  client: DeviceClient,
  pending: Pending,
  proof: FactorProof,
  { trustDevice }: { trustDevice: boolean },
): Promise<SignedIn> {
  const { userId, publicId, factors, remember, provider } = pending
  await countAttempt(deps, publicId)
  const succeeded = await throttleSecondFactor(deps.limiters, userId)
  const user = await withRoles(await User.findByPk(userId))
  if (!user || user.disabledAt || markOf(user) !== pending.accountMark) throw await refuse(deps, publicId)
  const factor = await proveSecondFactor(deps, user, proof, { purpose: 'second-factor', boundTo: publicId })
  if (!factor) throw problems.invalidCode()
  await succeeded()
  const used = { totp: factor === 'totp', credentialId: proof.passkey?.id }
  const proven = { factors: [...factors, factor], used, remember, replaces: publicId, trustDevice, provider }
  return startSession(deps, client, verifiedOf(user), proven, { isPending: true })
}

/** All codes are one authenticator (NIST SP 800-63B-4 3.2.2); while it waits, none is used up. */
export async function proveSecondFactor(
  deps: SignInDeps,
  user: Pick<User, 'id' | 'email' | 'name' | 'language'>,
  proof: FactorProof,
  use: ChallengeUse,
): Promise<Factor | undefined> {
  const waits = await deps.failures.isWaiting(user.id, 'totp')
  const factor = waits ? undefined : await proveFactor(deps, user.id, proof, use)
  if (factor) await deps.failures.accept(user, 'totp')
  else await deps.failures.refuse(user, 'totp', waits ? 'stopped' : 'wrong')
  return factor
}

async function countAttempt({ store, limiters }: SignInDeps, publicId: string) {
  if ((await limiters.pendingLogin.consume(publicId)) === 0) return
  await store.end(publicId, 'too-many-attempts')
  throw problems.tooManyWrongCodes()
}

async function refuse({ store }: SignInDeps, publicId: string) {
  await store.end(publicId, 'signed-out')
  return problems.invalidCredentials()
}

/** Holds the user's row (ASVS 15.4.2). New devices but the first are announced (ASVS 6.3.5). */
async function startSession(
  deps: SignInDeps,
  client: DeviceClient,
  verified: Verified,
  { factors, used: usedFactors, remember, replaces, trustDevice = false, provider }: Proof,
  { isPending } = { isPending: false },
): Promise<SignedIn> {
  const used = { ...usedFactors, identityId: provider?.identityId }
  const { passwordHash: _, securityVersion: __, reviewSince: ___, ...user } = verified
  const signedIn = await deps.sequelize.transaction(async () => {
    const account = await lockAccount(verified, factors, used, client)
    // A pending login works once, and not after it ended.
    if (isPending && !(await deps.store.end(replaces ?? '', 'replaced'))) throw problems.authenticationRequired()
    const facts = factsOf(verified, { factors, provider, remember })
    const session = await deps.store.create(facts, user, client, isPending ? undefined : replaces)
    const entry = { userId: user.id, sessionId: session.publicId }
    if (provider) await noteProviderSession(provider, user.id, session)
    const { device, deviceTokens } = await recordDevice(deps, client, account, { used, trustDevice })
    const details = { factors, device, ...(provider && { provider: provider.name }) }
    await deps.audit.record('authn_login_success', { ...entry, details })
    if (trustDevice) await deps.audit.record('authn_device_trusted', entry)
    return { outcome: 'signed-in' as const, session, deviceTokens }
  })
  deps.logger.info('signed in', { userId: user.id, address: client.address })
  return signedIn
}

function factsOf(
  { id, reviewSince }: Verified,
  { factors, provider, remember }: Pick<Proof, 'factors' | 'provider' | 'remember'>,
): SessionFacts {
  return {
    auth: authenticatedBy(factors, provider),
    passport: { user: id },
    ...(remember && { remember: true }),
    ...(reviewSince !== null && { review: true as const }),
  }
}

/** @throws 401 `invalid_credentials` if the account or its factors changed meanwhile */
async function lockAccount(
  verified: Verified,
  factors: Factor[],
  used: FactorIds,
  client: DeviceClient,
): Promise<User> {
  const account = await lockUnchanged(verified)
  if (!account || !(await stillHolds(account.id, factors, used, client))) throw problems.invalidCredentials()
  return account
}

/** False if a passkey or identity was removed, a device forgotten or a second factor added. */
async function stillHolds(userId: string, factors: Factor[], used: FactorIds, client: DeviceClient) {
  const { credentialId, identityId } = used
  if (credentialId !== undefined && (await Passkey.count({ where: { userId, credentialId } })) === 0) return false
  if (identityId !== undefined && (await Identity.count({ where: { userId, id: identityId } })) === 0) return false
  if (factors.includes('trusted-device')) return await isTrustedForSecondFactor(client.deviceTokens, userId)
  return hasSecondFactor(factors) || (await countFactors(userId)) === 0
}

/** Factors used on the owner's device count as theirs (docs/decisions/0020). */
async function recordDevice(
  deps: SignInDeps,
  client: DeviceClient,
  account: User,
  { used, trustDevice: trust }: { used: FactorIds; trustDevice: boolean },
) {
  const isFirst = account.firstSignInAt === null
  const now = new Date()
  await account.update({ lastSignInAt: now, ...(isFirst && { firstSignInAt: now }) }, { silent: true })
  if (await isOwnersDevice(client.deviceTokens, account.id)) await establish(account.id, used)
  const { isKnown, deviceTokens } = await rememberDevice(client, account.id, { trust, isFirst })
  if (!isKnown && !isFirst) await announceDevice(deps, account, client)
  else await keepLanguage(deps, account, client)
  return { device: isKnown ? 'known' : 'new', deviceTokens }
}

/** Not from a new device, which may be a thief's. */
async function keepLanguage({ store }: SignInDeps, account: User, { language }: DeviceClient) {
  if (account.language !== null || language === null) return
  await account.update({ language }, { silent: true })
  afterCommit(() => store.forgetUser(account.id))
}

/** Lets a sign-out at the provider end this session too. */
async function noteProviderSession(provider: ProviderFacts, userId: string, session: LiveSession) {
  const { issuer, subject, sidHash } = provider
  const expires = new Date(session.absoluteExpires)
  await ProviderSession.create({ sessionId: session.publicId, userId, issuer, subject, sidHash, expires })
}

async function announceDevice({ env, mailer }: SignInDeps, user: User, { address, userAgent }: DeviceClient) {
  const data = { ...(await noticeFor({ env }, user)), ...deviceNamesOf(userAgent), address }
  await mailer.send({ to: user.email, language: user.language, template: 'new-device', data })
}

/** Detects changes since the password check, without keeping the hash in the session. */
function markOf({ passwordHash, securityVersion }: AccountState) {
  return createHash('sha256')
    .update(passwordHash ?? '')
    .update(securityVersion > 0 ? `\n${securityVersion}` : '')
    .digest('base64url')
}
