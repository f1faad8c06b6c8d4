import type { Env } from '../../configs/env.ts'
import type { Passkey } from '../../models/passkey.ts'
import { labelOf } from '../identity/identifiers.ts'
import type { Principal } from '../identity/principal.ts'

type RelyingPartyEnv = Pick<Env, 'BASE_URL' | 'SITE_NAME'>

/** The verified part of RegistrationResponseJSON (WebAuthn Level 3, 5.1.8). */
export type Registration = {
  id: string
  rawId: string
  type: 'public-key'
  response: { clientDataJSON: string; attestationObject: string; transports?: string[] | undefined }
}

export type Assertion = {
  id: string
  rawId: string
  type: 'public-key'
  response: {
    clientDataJSON: string
    authenticatorData: string
    signature: string
    userHandle?: string | null | undefined
  }
}

const ALGORITHMS = [-8, -7, -257]

type UserVerification = 'required' | 'preferred'

/** Loaded on first use, because it is large. */
const library = () => import('@simplewebauthn/server')

/** From BASE_URL, never from a header. */
const relyingPartyOf = ({ BASE_URL }: RelyingPartyEnv) => ({ id: new URL(BASE_URL).hostname, origin: BASE_URL })

const bytesOf = (base64url: string) => new Uint8Array(Buffer.from(base64url, 'base64url'))

export const userHandleOf = (userId: string) => Buffer.from(userId).toString('base64url')

const descriptorOf = ({ credentialId, transports }: Passkey) => ({ id: credentialId, transports })

export async function creationOptions(
  env: RelyingPartyEnv,
  user: Pick<Principal, 'id' | 'email' | 'username' | 'name'>,
  existing: Passkey[],
  challenge: string,
) {
  const { generateRegistrationOptions } = await library()
  return generateRegistrationOptions({
    rpName: env.SITE_NAME,
    rpID: relyingPartyOf(env).id,
    userName: labelOf(user),
    userDisplayName: user.name,
    userID: bytesOf(userHandleOf(user.id)),
    challenge: bytesOf(challenge),
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: existing.map(descriptorOf),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  })
}

/** @param allowed empty offers any passkey of this site */
export async function requestOptions(
  env: RelyingPartyEnv,
  allowed: Passkey[],
  challenge: string,
  userVerification: UserVerification,
) {
  const { generateAuthenticationOptions } = await library()
  return generateAuthenticationOptions({
    rpID: relyingPartyOf(env).id,
    challenge: bytesOf(challenge),
    userVerification,
    ...(allowed.length > 0 && { allowCredentials: allowed.map(descriptorOf) }),
  })
}

export function challengeIn(clientDataJSON: string): string | undefined {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString())
    return typeof challenge === 'string' ? challenge : undefined
  } catch {
    return undefined
  }
}

export async function verifyRegistration(
  env: RelyingPartyEnv,
  { response, ...answer }: Registration,
  challenge: string,
) {
  const { verifyRegistrationResponse } = await library()
  const { id, origin } = relyingPartyOf(env)
  const { clientDataJSON, attestationObject } = response
  const verified = await verifyRegistrationResponse({
    response: { ...answer, response: { clientDataJSON, attestationObject }, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: id,
    requireUserVerification: false,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch(refused)
  return verified?.registrationInfo
}

export async function verifyAssertion(
  env: RelyingPartyEnv,
  { response, ...answer }: Assertion,
  challenge: string,
  passkey: Passkey,
  userVerification: UserVerification,
) {
  const { verifyAuthenticationResponse } = await library()
  const { id, origin } = relyingPartyOf(env)
  const { clientDataJSON, authenticatorData, signature } = response
  const verified = await verifyAuthenticationResponse({
    response: { ...answer, response: { clientDataJSON, authenticatorData, signature }, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: id,
    // The UPDATE that stores the counter checks it, because answers can be parallel.
    credential: { id: passkey.credentialId, publicKey: bytesOf(passkey.publicKey), counter: 0 },
    requireUserVerification: userVerification === 'required',
  }).catch(refused)
  return verified?.verified ? verified.authenticationInfo : undefined
}

/** The library refuses by throwing an Error that quotes its input. */
const refused = () => undefined
