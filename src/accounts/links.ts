import { Op, type Transaction } from 'sequelize'
import { days, hours, minutes } from '../../configs/durations.ts'
import { type LinkPurpose, OneTimeLink } from '../../models/one-time-link.ts'
import { hashOfSecret, newSecret } from '../encryption/one-way.ts'
import { HttpProblem } from '../http/problem.ts'

const LIFETIME: Record<LinkPurpose, number> = {
  setup: hours(1),
  invitation: days(7),
  'verify-email': hours(24),
  'reset-password': minutes(30),
  'confirm-new-email': hours(24),
  'undo-email-change': days(7),
  'not-me': days(7),
}

const PATH: Record<LinkPurpose, string> = {
  setup: '/setup',
  invitation: '/register',
  'verify-email': '/verify-email',
  'reset-password': '/reset-password',
  'confirm-new-email': '/confirm-email',
  'undo-email-change': '/undo-email-change',
  'not-me': '/not-me',
}

/** Links that later ones leave valid: each notice has its own, and a restart does not void the set-up link just copied. */
const SIDE_BY_SIDE: LinkPurpose[] = ['not-me', 'undo-email-change', 'setup']

/** How long a link of this purpose works, in ms. */
export const lifetimeOf = (purpose: LinkPurpose) => LIFETIME[purpose]

export type LinkSubject = { email?: string | null; userId?: string | null }

/**
 * Makes a link that works once. Its secret (256 bits) stands in the fragment, which browsers keep out of requests, logs and
 * referrers; the database holds only its hash (ASVS 6.4.1, 14.2.1). A newer link of the same purpose for the same account or address
 * voids the older one, except for links in notices and set-up links.
 * @param baseUrl BASE_URL, never a Host header
 * @returns the URL to open
 */
export const createLink = async (
  baseUrl: string,
  purpose: LinkPurpose,
  { email = null, userId = null }: LinkSubject = {},
  transaction?: Transaction,
): Promise<string> => {
  const within = transaction && { transaction }
  await voidOlder(purpose, { email, userId }, within)
  const token = newSecret()
  const expires = new Date(Date.now() + LIFETIME[purpose])
  await OneTimeLink.create({ purpose, tokenHash: hashOfSecret(token), email, userId, expires }, { ...within })
  return `${baseUrl}${PATH[purpose]}#${token}`
}

const voidOlder = async (
  purpose: LinkPurpose,
  { email, userId }: LinkSubject,
  within: { transaction: Transaction } | undefined,
) => {
  if (SIDE_BY_SIDE.includes(purpose)) return
  // An invitation without an address is one of many.
  if (!email && !userId) return
  const subject = userId ? { userId } : { email: email ?? null }
  await OneTimeLink.destroy({ where: { purpose, ...subject, usedAt: null }, ...within })
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
  const tokenHash = hashOfSecret(token)
  const [claimed] = await OneTimeLink.update(
    { usedAt: new Date() },
    { where: { purpose, tokenHash, usedAt: null, expires: { [Op.gt]: new Date() } }, transaction },
  )
  if (claimed !== 1) return undefined
  return (await OneTimeLink.findOne({ where: { tokenHash }, transaction })) ?? undefined
}

/** The link as it stands, without using it up. @returns undefined where there is none that is unused and in time */
export const openLink = async (purpose: LinkPurpose, token: string): Promise<OneTimeLink | undefined> =>
  (await OneTimeLink.findOne({
    where: { purpose, tokenHash: hashOfSecret(token), usedAt: null, expires: { [Op.gt]: new Date() } },
  })) ?? undefined

/** For a link in a mail that does not work any more, for whatever reason. */
export const invalidLink = () =>
  new HttpProblem(
    403,
    'invalid_link',
    'This link was used, is too old, or was replaced by a newer one. Ask for a new one.',
    {
      error: 'Link no longer valid',
    },
  )
