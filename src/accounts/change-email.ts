import { Op } from 'sequelize'
import { OneTimeLink } from '../../models/one-time-link.ts'
import { User } from '../../models/user.ts'
import { type Asking, lockUser } from '../identity/lock-user.ts'
import { claimLinkOfUser, createLink } from '../links/links.ts'
import { noticeFor } from '../links/notice.ts'
import { problems } from '../problems.ts'
import { unlessTaken } from '../unless-taken.ts'
import { endAccess } from './access.ts'
import type { AccountDeps } from './account-deps.ts'
import { sendReset } from './reset-password.ts'
import { takeBack } from './take-back.ts'

/** Needs confirmation (OWASP Authentication); reveals no account (ASVS 6.3.8). @throws 422 */
export async function requestEmailChange(deps: AccountDeps, asking: Asking, newEmail: string): Promise<void> {
  const confirmation = await deps.sequelize.transaction(async () => {
    const user = await lockUser(asking)
    if (user.email === newEmail) throw problems.invalid([SAME_EMAIL])
    const { id: userId, securityVersion } = user
    const subject = { userId, email: newEmail, securityVersion }
    const link = await createLink(deps.env.BASE_URL, 'confirm-new-email', subject)
    const data = { ...(await noticeFor(deps, user)), newEmail }
    await deps.mailer.send({ to: user.email, language: user.language, template: 'email-change-requested', data })
    await deps.audit.record('user_email_change_request', { userId })
    return {
      to: newEmail,
      language: user.language,
      template: 'confirm-new-email' as const,
      data: { name: user.name, link },
    }
  })
  deps.delayed.add('the mail that confirms a new address', async () => {
    if ((await User.count({ where: { email: newEmail } })) === 0) await deps.mailer.send(confirmation)
  })
}

const SAME_EMAIL = { pointer: '#/email', detail: 'This is already your email address.', code: 'same' }

export async function pendingEmailChange(userId: string): Promise<OneTimeLink | undefined> {
  const user = await User.findByPk(userId, { attributes: ['securityVersion'], rejectOnEmpty: true })
  const where = { ...waitingFor(userId), securityVersion: user.securityVersion, expires: { [Op.gt]: new Date() } }
  return (await OneTimeLink.findOne({ where })) ?? undefined
}

export function cancelEmailChange({ sequelize, audit }: AccountDeps, userId: string): Promise<boolean> {
  return sequelize.transaction(async () => {
    const cancelled = await OneTimeLink.destroy({ where: waitingFor(userId) })
    if (cancelled > 0) await audit.record('user_email_change_cancelled', { userId })
    return cancelled > 0
  })
}

function waitingFor(userId: string) {
  return { purpose: 'confirm-new-email' as const, userId, usedAt: null }
}

/** @throws 403 `invalid_link`, also if the address was taken or access ended meanwhile */
export function confirmNewEmail(deps: AccountDeps, token: string): Promise<void> {
  const change = deps.sequelize.transaction(async () => {
    const { link, user } = await claimLinkOfUser('confirm-new-email', token)
    if (!link.email) throw problems.invalidLink()
    const [oldEmail, newEmail] = [user.email, link.email]
    await user.update({ email: newEmail, emailVerifiedAt: new Date() })
    await endAccess(deps, user.id, { reason: 'email-changed' })
    const told = { name: user.name, at: new Date().toISOString(), newEmail }
    const data = { ...told, notMeLink: (await noticeFor(deps, user)).notMeLink }
    await deps.mailer.send({ to: newEmail, language: user.language, template: 'email-changed', data })
    if (oldEmail !== null) await tellFormerAddress(deps, user, oldEmail, told)
    await deps.audit.record('user_email_changed', { userId: user.id })
  })
  return unlessTaken(change, problems.invalidLink)
}

async function tellFormerAddress(
  { env, mailer }: AccountDeps,
  { id: userId, language }: User,
  email: string,
  told: { name: string; at: string; newEmail: string },
) {
  if (await returnsTo(userId, told.newEmail))
    return await mailer.send({ to: email, language, template: 'address-taken-away', data: told })
  const notMeLink = await createLink(env.BASE_URL, 'undo-email-change', { userId, email })
  await mailer.send({ to: email, language, template: 'email-changed', data: { ...told, notMeLink } })
}

/** Whether the account returns to a recent address. If so, voids the undo links since then. */
async function returnsTo(userId: string, email: string): Promise<boolean> {
  const undo = await OneTimeLink.findOne({
    where: { purpose: 'undo-email-change', userId, email, usedAt: null, expires: { [Op.gt]: new Date() } },
    order: ['createdAt'],
  })
  if (undo) await voidUndosSince(undo)
  return undo !== null
}

/** The oldest address in a chain of changes wins. @throws 403 `invalid_link` */
export function undoEmailChange(deps: AccountDeps, token: string): Promise<void> {
  const change = deps.sequelize.transaction(async () => {
    const { link, user } = await claimLinkOfUser('undo-email-change', token)
    await giveBack(deps, user, link, [])
    await deps.audit.record('user_email_change_undone', { userId: user.id })
  })
  return unlessTaken(change, problems.invalidLink)
}

/** @param disowned ids of factors that the owner did not add */
export async function giveBack(deps: AccountDeps, user: User, undo: OneTimeLink, disowned: string[]): Promise<void> {
  if (!undo.email) throw problems.invalidLink()
  const takenFrom = user.email
  await takeBack(deps, user, { reason: 'reported', passwordHash: null, provenEmail: undo.email, disowned })
  await voidUndosSince(undo)
  await sendReset(deps, user)
  const data = { name: user.name, at: new Date().toISOString(), newEmail: undo.email }
  await deps.mailer.send({ to: takenFrom, language: user.language, template: 'address-taken-away', data })
}

/** Later addresses are the thief's if this one is the owner's. */
async function voidUndosSince({ userId, createdAt }: OneTimeLink) {
  await OneTimeLink.destroy({
    where: { purpose: 'undo-email-change', userId, usedAt: null, createdAt: { [Op.gte]: createdAt } },
  })
}
