import { Op, Transaction } from 'sequelize'
import { type LinkPurpose, OneTimeLink } from '../../models/one-time-link.ts'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { days, hours, minutes } from '../durations.ts'
import { hashOfSecret, newSecret } from '../encryption/one-way.ts'
import { problems } from '../problems.ts'

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

export type LinkSubject = {
  email?: string | null
  userId?: string | null
  /** Of the account as it is now; the link is void once it goes up. */
  securityVersion?: number
  /** Which factors a notice is about. */
  factors?: string[]
  /** Who sends an invitation. */
  invitedBy?: string
}

/**
 * Makes a link that works once. Its secret (256 bits) stands in the fragment, which browsers keep out of requests, logs and
 * referrers; the database holds only its hash (ASVS 6.4.1, 14.2.1). A newer link of the same purpose for the same account or address
 * voids the older one, except for links in notices and set-up links: call it in a transaction.
 * @param baseUrl BASE_URL, never a Host header
 * @returns the URL to open
 */
export async function createLink(baseUrl: string, purpose: LinkPurpose, subject: LinkSubject = {}): Promise<string> {
  await voidOlder(purpose, subject)
  const token = newSecret()
  const expires = new Date(Date.now() + LIFETIME[purpose])
  await OneTimeLink.create({
    purpose,
    ...subject,
    email: subject.email ?? null,
    tokenHash: hashOfSecret(token),
    expires,
  })
  return `${baseUrl}${PATH[purpose]}#${token}`
}

async function voidOlder(purpose: LinkPurpose, { email, userId }: LinkSubject) {
  if (SIDE_BY_SIDE.includes(purpose)) return
  // An invitation without an address is one of many.
  if (!email && !userId) return
  await takeTurns(userId ?? undefined)
  const subject = userId ? { userId } : { email: email ?? null }
  await OneTimeLink.destroy({ where: { purpose, ...subject, usedAt: null } })
}

/** Locks the user's row, or a role's if there is no user, so that of links created at the same moment one stays. */
async function takeTurns(userId: string | undefined) {
  const lock = Transaction.LOCK.NO_KEY_UPDATE
  if (userId) await User.findByPk(userId, { attributes: ['id'], lock })
  else await Role.findOne({ attributes: ['id'], where: { name: 'admin' }, lock })
}

/** Links of the owner against somebody else: an event that a thief can bring about leaves them. */
const PROTECTING: LinkPurpose[] = ['not-me', 'undo-email-change']

/**
 * Voids the open links of an account. Call it before creating new ones in the same transaction.
 * @param but purposes whose links stay
 */
export async function voidLinks(userId: string, { but }: { but: LinkPurpose[] }) {
  await OneTimeLink.destroy({ where: { userId, purpose: { [Op.notIn]: but }, usedAt: null } })
}

/** The same for what does not protect the owner. */
export function voidRequests(userId: string) {
  return voidLinks(userId, { but: PROTECTING })
}

/** Voids the invitations that somebody sent and nobody used yet. */
export async function voidInvitationsBy(userId: string) {
  await OneTimeLink.destroy({ where: { purpose: 'invitation', invitedBy: userId, usedAt: null } })
}

/**
 * Uses a link up: of many parallel tries one succeeds, because the claim is one UPDATE (ASVS 2.3.4).
 * @returns the link, or undefined where there is none that is unused and in time
 */
export async function claimLink(purpose: LinkPurpose, token: string): Promise<OneTimeLink | undefined> {
  const tokenHash = hashOfSecret(token)
  const [claimed] = await OneTimeLink.update(
    { usedAt: new Date() },
    { where: { purpose, tokenHash, usedAt: null, expires: { [Op.gt]: new Date() } } },
  )
  if (claimed !== 1) return undefined
  return (await OneTimeLink.findOne({ where: { tokenHash } })) ?? undefined
}

/**
 * Uses up a link of an account, under a lock on the user's row, which is taken first, as in all code that ends access.
 * @throws 403 `invalid_link` where there is none that is unused and in time, or access ended since it was made
 */
export async function claimLinkOfUser(purpose: LinkPurpose, token: string) {
  const open = await OneTimeLink.findOne({ where: { purpose, tokenHash: hashOfSecret(token) } })
  const lock = Transaction.LOCK.NO_KEY_UPDATE
  const user = open?.userId ? await User.findByPk(open.userId, { lock }) : null
  const link = user && (await claimLink(purpose, token))
  if (!link || (link.securityVersion !== null && link.securityVersion !== user.securityVersion))
    throw problems.invalidLink()
  return { link, user }
}

/** The link as it stands, without using it up. @returns undefined where there is none that is unused and in time */
export async function openLink(purpose: LinkPurpose, token: string): Promise<OneTimeLink | undefined> {
  return (
    (await OneTimeLink.findOne({
      where: { purpose, tokenHash: hashOfSecret(token), usedAt: null, expires: { [Op.gt]: new Date() } },
    })) ?? undefined
  )
}
