import { Op } from 'sequelize'
import type { Env } from '../../configs/env.ts'
import type { AuditEvent } from '../../models/audit-event.ts'
import type { ChallengePurpose } from '../../models/challenge.ts'
import { Passkey } from '../../models/passkey.ts'
import type { Audit } from '../audit/audit.ts'
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

/**
 * What `navigator.credentials.create` takes.
 * @param boundTo public id of the session
 * @throws 409 `factor_exists` for who has as many as there may be
 */
export async function optionsToRegister(
  { env }: PasskeyDeps,
  user: { id: string; email: string; name: string },
  boundTo: string,
) {
  const existing = await passkeysOf(user.id)
  if (existing.length >= MOST) throw problems.tooManyPasskeys(MOST)
  return creationOptions(env, user, existing, await issueChallenge({ purpose: 'register', boundTo }))
}

/**
 * What `navigator.credentials.get` takes, for one of this user's passkeys.
 * @throws 404 for who has none
 */
export async function optionsToProve({ env }: PasskeyDeps, userId: string, use: ChallengeUse) {
  const existing = await passkeysOf(userId)
  if (existing.length === 0) throw problems.noPasskeys()
  return requestOptions(env, existing, await issueChallenge(use), 'preferred')
}

/** What `navigator.credentials.get` takes to sign in: any passkey of this site, and its owner verified by it. */
export async function optionsToSignIn({ env }: PasskeyDeps, boundTo: string) {
  return requestOptions(env, [], await issueChallenge({ purpose: 'sign-in', boundTo }), 'required')
}

/**
 * Verifies a new passkey and uses its challenge up.
 * @returns what is kept of it, or undefined where it is wrong, late or used
 */
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

/**
 * @throws 409 `factor_exists` for a registered passkey, or for one too many
 */
export async function addPasskey(userId: string, name: string, verified: VerifiedPasskey) {
  if ((await Passkey.count({ where: { userId } })) >= MOST) throw problems.tooManyPasskeys(MOST)
  return unlessTaken(Passkey.create({ userId, name, ...verified }), problems.passkeyExists)
}

/** @returns the renamed passkey, or null where the user has none of this id */
export async function renamePasskey(userId: string, id: string, name: string): Promise<Passkey | null> {
  await Passkey.update({ name }, { where: { id, userId } })
  return Passkey.findOne({ where: { id, userId } })
}

/** @returns whether there was one */
export async function removePasskey(userId: string, id: string): Promise<boolean> {
  return (await Passkey.destroy({ where: { id, userId } })) === 1
}

/**
 * Verifies the use of a passkey and uses its challenge up, whatever comes of it (WebAuthn Level 3, 7.2).
 * @param userId whose it must be; anybody's, with its owner verified by it, where none is given
 */
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

/** A counter that does not go up tells of a copied authenticator; one that always is 0 tells nothing (WebAuthn Level 3, 6.1.1). */
async function noteUse({ id }: Passkey, counter: number, backedUp: boolean): Promise<boolean> {
  const before = counter > 0 ? { [Op.lt]: counter } : 0
  const [noted] = await Passkey.update(
    { counter, backedUp, lastUsedAt: new Date() },
    { where: { id, counter: before } },
  )
  return noted === 1
}
