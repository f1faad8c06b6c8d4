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

/** Later links leave these valid: each notice has its own, and a restart keeps the set-up link. */
const SIDE_BY_SIDE: LinkPurpose[] = ['not-me', 'undo-email-change', 'setup']

export const lifetimeOf = (purpose: LinkPurpose) => LIFETIME[purpose]

export type LinkSubject = {
  email?: string | null
  userId?: string | null
  securityVersion?: number
  factors?: string[]
  invitedBy?: string
}

/** Needs a transaction. The fragment keeps the secret out of logs (ASVS 6.4.1, 14.2.1). */
export async function createLink(baseUrl: string, purpose: LinkPurpose, subject: LinkSubject = {}): Promise<string> {
  return (await issueLink(baseUrl, purpose, subject)).link
}

/** Like `createLink`, with its row. */
export async function issueLink(
  baseUrl: string,
  purpose: LinkPurpose,
  subject: LinkSubject,
): Promise<{ row: OneTimeLink; link: string }> {
  await voidOlder(purpose, subject)
  const token = newSecret()
  const expires = new Date(Date.now() + LIFETIME[purpose])
  const row = await OneTimeLink.create({
    purpose,
    ...subject,
    email: subject.email ?? null,
    tokenHash: hashOfSecret(token),
    expires,
  })
  return { row, link: `${baseUrl}${PATH[purpose]}#${token}` }
}

async function voidOlder(purpose: LinkPurpose, { email, userId }: LinkSubject) {
  if (SIDE_BY_SIDE.includes(purpose)) return
  if (!email && !userId) return
  await takeTurns(userId ?? undefined)
  const subject = userId ? { userId } : { email: email ?? null }
  await OneTimeLink.destroy({ where: { purpose, ...subject, usedAt: null } })
}

/** Locks the user's row, or a role's, so that one of parallel links stays valid. */
export async function takeTurns(userId?: string) {
  const lock = Transaction.LOCK.NO_KEY_UPDATE
  if (userId) await User.findByPk(userId, { attributes: ['id'], lock })
  else await Role.findOne({ attributes: ['id'], where: { name: 'admin' }, lock })
}

/** Events that an attacker can cause leave these valid, because they protect the owner. */
const PROTECTING: LinkPurpose[] = ['not-me', 'undo-email-change']

/** Call it before creating links in the same transaction. @param but purposes to keep */
export async function voidLinks(userId: string, { but }: { but: LinkPurpose[] }) {
  await OneTimeLink.destroy({ where: { userId, purpose: { [Op.notIn]: but }, usedAt: null } })
}

export function voidRequests(userId: string) {
  return voidLinks(userId, { but: PROTECTING })
}

/** Of all users; those that protect the owner stay. @returns how many */
export function voidEveryLink(): Promise<number> {
  return OneTimeLink.destroy({ where: { purpose: { [Op.notIn]: PROTECTING }, usedAt: null } })
}

export async function voidInvitationsBy(userId: string) {
  await OneTimeLink.destroy({ where: { purpose: 'invitation', invitedBy: userId, usedAt: null } })
}

/** One UPDATE lets one of parallel attempts succeed (ASVS 2.3.4). */
export async function claimLink(purpose: LinkPurpose, token: string): Promise<OneTimeLink | undefined> {
  const tokenHash = hashOfSecret(token)
  const [claimed] = await OneTimeLink.update(
    { usedAt: new Date() },
    { where: { purpose, tokenHash, usedAt: null, expires: { [Op.gt]: new Date() } } },
  )
  if (claimed !== 1) return undefined
  return (await OneTimeLink.findOne({ where: { tokenHash } })) ?? undefined
}

/** Locks the user's row first, like all code that ends access. @throws 403 `invalid_link` */
export async function claimLinkOfUser(purpose: LinkPurpose, token: string) {
  const open = await OneTimeLink.findOne({ where: { purpose, tokenHash: hashOfSecret(token) } })
  const lock = Transaction.LOCK.NO_KEY_UPDATE
  const user = open?.userId ? await User.findByPk(open.userId, { lock }) : null
  const link = user && (await claimLink(purpose, token))
  if (!link || (link.securityVersion !== null && link.securityVersion !== user.securityVersion))
    throw problems.invalidLink()
  return { link, user }
}

export async function openLink(purpose: LinkPurpose, token: string): Promise<OneTimeLink | undefined> {
  return (
    (await OneTimeLink.findOne({
      where: { purpose, tokenHash: hashOfSecret(token), usedAt: null, expires: { [Op.gt]: new Date() } },
    })) ?? undefined
  )
}
