import { Op } from 'sequelize'
import { Challenge, type ChallengePurpose } from '../../models/challenge.ts'
import { minutes } from '../durations.ts'
import { hashOfSecret, newSecret } from '../encryption/one-way.ts'

export const CHALLENGE_LIFETIME = minutes(5)

/** `boundTo` is the session's public id or, before sign-in, the hash of a cookie. */
export type ChallengeUse = { purpose: ChallengePurpose; boundTo: string }

/** Issues a 256-bit challenge in base64url (ASVS 6.7.2) and deletes expired ones. */
export async function issueChallenge({ purpose, boundTo }: ChallengeUse): Promise<string> {
  const challenge = newSecret()
  await Challenge.destroy({ where: { expires: { [Op.lte]: new Date() } } })
  const expires = new Date(Date.now() + CHALLENGE_LIFETIME)
  await Challenge.create({ challengeHash: hashOfSecret(challenge), purpose, boundTo, expires })
  return challenge
}

/** Deletes the challenge; one DELETE lets only one of parallel attempts succeed (ASVS 2.3.4). */
export async function claimChallenge(challenge: string, { purpose, boundTo }: ChallengeUse): Promise<boolean> {
  const challengeHash = hashOfSecret(challenge)
  const expires = { [Op.gt]: new Date() }
  return (await Challenge.destroy({ where: { challengeHash, purpose, boundTo, expires } })) === 1
}
