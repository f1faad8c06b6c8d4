import type { Env } from '../../configs/env.ts'
import type { Passkey } from '../../models/passkey.ts'

type RelyingPartyEnv = Pick<Env, 'BASE_URL' | 'SITE_NAME'>

/** What a browser sends to add a passkey: the part of RegistrationResponseJSON that is verified (WebAuthn Level 3, 5.1.8). */
export type Registration = {
  id: string
  rawId: string
  type: 'public-key'
  response: { clientDataJSON: string; attestationObject: string; transports?: string[] | undefined }
}

/** What a browser sends to use a passkey: the part of AuthenticationResponseJSON that is verified. */
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

/** EdDSA, ES256 and RS256: what authenticators have, and what Node verifies without an experimental part. */
const ALGORITHMS = [-8, -7, -257]

type UserVerification = 'required' | 'preferred'

/** Loaded at the first use: it is large, and many servers never see a passkey. */
const library = () => import('@simplewebauthn/server')

/** The host that a passkey belongs to, and the origin that may ask for it: both from BASE_URL, never from a header. */
const relyingPartyOf = ({ BASE_URL }: RelyingPartyEnv) => ({ id: new URL(BASE_URL).hostname, origin: BASE_URL })

const bytesOf = (base64url: string) => new Uint8Array(Buffer.from(base64url, 'base64url'))

/** What an authenticator keeps as the owner of a passkey: the user's id, which says nothing of the person. */
export const userHandleOf = (userId: string) => Buffer.from(userId).toString('base64url')

const descriptorOf = ({ credentialId, transports }: Passkey) => ({ id: credentialId, transports })

export async function creationOptions(
  env: RelyingPartyEnv,
  user: { id: string; email: string; name: string },
  existing: Passkey[],
  challenge: string,
) {
  const { generateRegistrationOptions } = await library()
  return generateRegistrationOptions({
    rpName: env.SITE_NAME,
    rpID: relyingPartyOf(env).id,
    userName: user.email,
    userDisplayName: user.name,
    userID: bytesOf(userHandleOf(user.id)),
    challenge: bytesOf(challenge),
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: existing.map(descriptorOf),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  })
}

/** @param allowed the passkeys to choose from; empty lets the browser offer those that it knows for this site */
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

/** The challenge that an answer is to, unverified; undefined where the answer cannot be read. */
export function challengeIn(clientDataJSON: string): string | undefined {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString())
    return typeof challenge === 'string' ? challenge : undefined
  } catch {
    return undefined
  }
}

/** @returns the new credential, or undefined where the answer is not one to this challenge, from this origin */
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

/** @returns what the authenticator signed, or undefined where the signature, origin, challenge or user verification is not right */
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
    // The counter is judged by the UPDATE that notes it, so that two answers at once cannot both be the newer.
    credential: { id: passkey.credentialId, publicKey: bytesOf(passkey.publicKey), counter: 0 },
    requireUserVerification: userVerification === 'required',
  }).catch(refused)
  return verified?.verified ? verified.authenticationInfo : undefined
}

/** The library says no by throwing a plain Error, which quotes what was sent. */
const refused = () => undefined
