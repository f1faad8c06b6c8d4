import { type Transaction, UniqueConstraintError } from 'sequelize'
import { User } from '../../models/user.ts'
import { invalid } from '../http/problem.ts'
import { endAccess } from './access.ts'
import type { AccountDeps } from './account-deps.ts'
import { claimLink, createLink, invalidLink } from './links.ts'
import { noticeFor } from './notice.ts'
import { sendReset } from './reset-password.ts'

/**
 * Asks the new address for its consent and tells the old one; nothing changes before the new one is confirmed (OWASP Authentication).
 * An address that has an account already gets no mail, and the answer is the same (ASVS 6.3.8).
 * @throws 422 where it is the present address
 */
export const requestEmailChange = async (deps: AccountDeps, userId: string, newEmail: string): Promise<void> => {
  const user = await User.findByPk(userId, { rejectOnEmpty: true })
  if (user.email === newEmail) throw sameEmail()
  await deps.sequelize.transaction(async transaction => {
    const link = await createLink(deps.env.BASE_URL, 'confirm-new-email', { userId, email: newEmail }, transaction)
    if ((await User.count({ where: { email: newEmail }, transaction })) === 0)
      await deps.mailer.send(
        { to: newEmail, template: 'confirm-new-email', data: { name: user.name, link } },
        transaction,
      )
    const data = { ...(await noticeFor(deps, user, transaction)), newEmail }
    await deps.mailer.send({ to: user.email, template: 'email-change-requested', data }, transaction)
    await deps.audit.record('user_email_change_request', { userId }, transaction)
  })
}

/**
 * Makes the confirmed address the account's; other sessions and links to the old address die with it. The old address is told, with
 * a link that takes the change back.
 * @throws 403 `invalid_link`, also where the address was taken meanwhile
 */
export const confirmNewEmail = (deps: AccountDeps, token: string): Promise<void> =>
  changeByLink(deps, 'confirm-new-email', token, async (user, email, transaction) => {
    const oldEmail = user.email
    await user.update({ email, emailVerifiedAt: new Date() }, { transaction })
    await deps.store.endByUserWithin(transaction, user.id, 'email-changed')
    const undo = await createLink(
      deps.env.BASE_URL,
      'undo-email-change',
      { userId: user.id, email: oldEmail },
      transaction,
    )
    const told = { name: user.name, at: new Date().toISOString(), newEmail: email }
    await deps.mailer.send({ to: oldEmail, template: 'email-changed', data: { ...told, notMeLink: undo } }, transaction)
    const data = { ...told, notMeLink: (await noticeFor(deps, user, transaction)).notMeLink }
    await deps.mailer.send({ to: email, template: 'email-changed', data }, transaction)
    await deps.audit.record('user_email_changed', { userId: user.id }, transaction)
  })

/**
 * Gives the account back to the address that it had, ends everything and starts a reset: whoever changed it may know the password.
 * @throws 403 `invalid_link`
 */
export const undoEmailChange = (deps: AccountDeps, token: string): Promise<void> =>
  changeByLink(deps, 'undo-email-change', token, async (user, email, transaction) => {
    await user.update({ email, emailVerifiedAt: new Date(), passwordHash: null }, { transaction })
    await endAccess(deps, user.id, { reason: 'reported' }, transaction)
    await sendReset(deps, user, transaction)
    await deps.audit.record('user_email_change_undone', { userId: user.id }, transaction)
  })

type ByLink = (user: User, email: string, transaction: Transaction) => Promise<void>

const changeByLink = async (
  deps: AccountDeps,
  purpose: 'confirm-new-email' | 'undo-email-change',
  token: string,
  change: ByLink,
) => {
  try {
    await deps.sequelize.transaction(async transaction => {
      const link = await claimLink(purpose, token, transaction)
      const user = link?.userId ? await User.findByPk(link.userId, { transaction }) : null
      if (!user || !link?.email) throw invalidLink()
      await change(user, link.email, transaction)
    })
  } catch (error) {
    throw error instanceof UniqueConstraintError ? invalidLink() : error
  }
}

const sameEmail = () =>
  invalid([{ pointer: '#/email', detail: 'This is the present address; write the new one.', code: 'same' }])
