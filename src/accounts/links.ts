import { createHash, randomBytes } from 'node:crypto'
import { Op, type Transaction } from 'sequelize'
import { days, hours } from '../../configs/durations.ts'
import { type LinkPurpose, OneTimeLink } from '../../models/one-time-link.ts'

const LIFETIME: Record<LinkPurpose, number> = { setup: hours(1), invitation: days(7) }
const PATH: Record<LinkPurpose, string> = { setup: '/setup', invitation: '/register' }

/**
 * Makes a link that works once. Its secret (256 bits) stands in the fragment, which browsers keep out of requests, logs and
 * referrers; the database holds only its hash (ASVS 6.4.1, 14.2.1). A newer set-up link, or invitation of
 * the same address, voids the older one.
 * @returns the URL to open
 */
export const createLink = async (
  baseUrl: string,
  purpose: LinkPurpose,
  email: string | null = null,
): Promise<string> => {
  if (purpose === 'setup' || email !== null) await OneTimeLink.destroy({ where: { purpose, email, usedAt: null } })
  const token = randomBytes(32).toString('base64url')
  await OneTimeLink.create({
    purpose,
    tokenHash: hashOf(token),
    email,
    expires: new Date(Date.now() + LIFETIME[purpose]),
  })
  return `${baseUrl}${PATH[purpose]}#${token}`
}

/**
 * Uses a link up: of many parallel tries one succeeds, because the claim is one UPDATE (ASVS 2.3.4).
 * @returns the link, or undefined where there is none that is unused and in time
 */
export const claimLink = async (
  purpose: LinkPurpose,
  token: string,
  transaction: Transaction,
): Promise<OneTimeLink | undefined> => {
  const tokenHash = hashOf(token)
  const [claimed] = await OneTimeLink.update(
    { usedAt: new Date() },
    { where: { purpose, tokenHash, usedAt: null, expires: { [Op.gt]: new Date() } }, transaction },
  )
  if (claimed !== 1) return undefined
  return (await OneTimeLink.findOne({ where: { tokenHash }, transaction })) ?? undefined
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')
