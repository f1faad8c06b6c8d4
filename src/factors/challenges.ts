import { Op } from 'sequelize'
import { Challenge, type ChallengePurpose } from '../../models/challenge.ts'
import { minutes } from '../durations.ts'
import { hashOfSecret, newSecret } from '../encryption/one-way.ts'

/** How long a challenge can be answered, in ms. */
export const CHALLENGE_LIFETIME = minutes(5)

/** What a challenge is good for, and in which session: `boundTo` is its public id, or the browser's mark before a sign-in. */
export type ChallengeUse = { purpose: ChallengePurpose; boundTo: string }

/** @returns a fresh challenge of 256 bits in base64url (ASVS 6.7.2); those that nobody answered in time go with it */
export async function issueChallenge({ purpose, boundTo }: ChallengeUse): Promise<string> {
  const challenge = newSecret()
  await Challenge.destroy({ where: { expires: { [Op.lte]: new Date() } } })
  const expires = new Date(Date.now() + CHALLENGE_LIFETIME)
  await Challenge.create({ challengeHash: hashOfSecret(challenge), purpose, boundTo, expires })
  return challenge
}

/** Uses a challenge up: of many parallel tries one succeeds, because the claim is one DELETE (ASVS 2.3.4). */
export async function claimChallenge(challenge: string, { purpose, boundTo }: ChallengeUse): Promise<boolean> {
  const challengeHash = hashOfSecret(challenge)
  const expires = { [Op.gt]: new Date() }
  return (await Challenge.destroy({ where: { challengeHash, purpose, boundTo, expires } })) === 1
}
