import { Op } from 'sequelize'
import type { Env } from '../../configs/env.ts'
import type { AuditEvent } from '../../models/audit-event.ts'
import type { ChallengePurpose } from '../../models/challenge.ts'
import { Passkey } from '../../models/passkey.ts'
import type { Audit } from '../audit/audit.ts'
import type { Principal } from '../identity/principal.ts'
import { problems } from '../problems.ts'
import { unlessTaken } from '../unless-taken.ts'
import { type ChallengeUse, claimChallenge, issueChallenge } from './challenges.ts'
import {
  type Assertion,
  challengeIn,
  creationOptions,
  type Registration,
  requestOptions,
  userHandleOf,
  verifyAssertion,
  verifyRegistration,
} from './webauthn.ts'

const MOST = 20

type PasskeyDeps = { env: Env; audit: Audit }

const passkeysOf = (userId: string) => Passkey.findAll({ where: { userId }, order: [['createdAt', 'ASC']] })

/** Options for `navigator.credentials.create`. @throws 409 `factor_exists` */
export async function optionsToRegister(
  { env }: PasskeyDeps,
  user: Pick<Principal, 'id' | 'email' | 'username' | 'name'>,
  boundTo: string,
) {
  const existing = await passkeysOf(user.id)
  if (existing.length >= MOST) throw problems.tooManyPasskeys(MOST)
  return creationOptions(env, user, existing, await issueChallenge({ purpose: 'register', boundTo }))
}

/** Options for `navigator.credentials.get`. @throws 404 if the user has no passkey */
export async function optionsToProve({ env }: PasskeyDeps, userId: string, use: ChallengeUse) {
  const existing = await passkeysOf(userId)
  if (existing.length === 0) throw problems.noPasskeys()
  return requestOptions(env, existing, await issueChallenge(use), 'preferred')
}

export async function optionsToSignIn({ env }: PasskeyDeps, boundTo: string) {
  return requestOptions(env, [], await issueChallenge({ purpose: 'sign-in', boundTo }), 'required')
}

export async function verifiedPasskey({ env }: PasskeyDeps, registration: Registration, boundTo: string) {
  const challenge = challengeIn(registration.response.clientDataJSON)
  if (challenge === undefined || !(await claimChallenge(challenge, { purpose: 'register', boundTo }))) return undefined
  const info = await verifyRegistration(env, registration, challenge)
  return (
    info && {
      credentialId: info.credential.id,
      publicKey: Buffer.from(info.credential.publicKey).toString('base64url'),
      counter: info.credential.counter,
      transports: registration.response.transports ?? [],
      backedUp: info.credentialBackedUp,
    }
  )
}

type VerifiedPasskey = NonNullable<Awaited<ReturnType<typeof verifiedPasskey>>>

/** @throws 409 `factor_exists` for a registered passkey or beyond the maximum */
export async function addPasskey(userId: string, name: string, verified: VerifiedPasskey) {
  if ((await Passkey.count({ where: { userId } })) >= MOST) throw problems.tooManyPasskeys(MOST)
  return unlessTaken(Passkey.create({ userId, name, ...verified }), problems.passkeyExists)
}

export async function renamePasskey(userId: string, id: string, name: string): Promise<Passkey | null> {
  await Passkey.update({ name }, { where: { id, userId } })
  return Passkey.findOne({ where: { id, userId } })
}

export async function removePasskey(userId: string, id: string): Promise<boolean> {
  return (await Passkey.destroy({ where: { id, userId } })) === 1
}

/** Uses up the challenge in any case (WebAuthn Level 3, 7.2). @param userId any user if unset */
export async function usePasskey(
  deps: PasskeyDeps,
  assertion: Assertion,
  use: ChallengeUse,
  userId?: string,
): Promise<Passkey | undefined> {
  const challenge = challengeIn(assertion.response.clientDataJSON)
  if (challenge === undefined || !(await claimChallenge(challenge, use))) return undefined
  const passkey = await Passkey.findOne({ where: { credentialId: assertion.id, ...(userId && { userId }) } })
  if (!passkey || !isOwnedAsClaimed(passkey, assertion)) return undefined
  const verified = await verifyAssertion(deps.env, assertion, challenge, passkey, userId ? 'preferred' : 'required')
  if (!verified) return undefined
  if (await noteUse(passkey, verified.newCounter, verified.credentialBackedUp)) return passkey
  const details = { reason: 'the signature counter of a passkey went backwards', passkey: passkey.id }
  await deps.audit.record(FAILURE[use.purpose], { userId: passkey.userId, details })
  return undefined
}

const FAILURE: Record<ChallengePurpose, AuditEvent> = {
  register: 'authn_second_factor_fail',
  'sign-in': 'authn_login_fail',
  'second-factor': 'authn_second_factor_fail',
  reauthenticate: 'authn_reauthenticate_fail',
}

function isOwnedAsClaimed({ userId }: Passkey, { response: { userHandle } }: Assertion) {
  return !userHandle || userHandle === userHandleOf(userId)
}

/** A counter that does not increase indicates a cloned authenticator (WebAuthn Level 3, 6.1.1). */
async function noteUse({ id }: Passkey, counter: number, backedUp: boolean): Promise<boolean> {
  const before = counter > 0 ? { [Op.lt]: counter } : 0
  const [noted] = await Passkey.update(
    { counter, backedUp, lastUsedAt: new Date() },
    { where: { id, counter: before } },
  )
  return noted === 1
}
