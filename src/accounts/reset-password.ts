import type { Transaction } from 'sequelize'
import { minutes } from '../../configs/durations.ts'
import { User } from '../../models/user.ts'
import { endAccess } from './access.ts'
import type { AccountDeps } from './account-deps.ts'
import { findByIdentifier } from './authenticate.ts'
import { personOf, setPassword } from './change-password.ts'
import { claimLink, createLink, invalidLink, lifetimeOf, openLink } from './links.ts'
import { demandGoodPassword } from './register.ts'

/**
 * Sends a reset link where the address belongs to an enabled account, and does nothing else: until the link is used, the old password
 * works and nobody is signed out (OWASP Forgot Password). Whoever calls it answers before it has run, so that neither status nor time
 * tells the known address from the unknown (ASVS 6.3.8).
 */
export const requestReset = async (deps: AccountDeps, email: string): Promise<void> => {
  const user = await findByIdentifier(email)
  if (user && user.disabledAt === null)
    await deps.sequelize.transaction(async transaction => {
      await sendReset(deps, user, transaction)
      await deps.audit.record('authn_password_reset_request', { userId: user.id, actorId: null }, transaction)
    })
}

/** The newest link voids the ones before. */
export const sendReset = async ({ env, mailer }: AccountDeps, user: User, transaction: Transaction) => {
  const link = await createLink(env.BASE_URL, 'reset-password', { userId: user.id, email: user.email }, transaction)
  const data = { name: user.name, link, minutes: lifetimeOf('reset-password') / minutes(1) }
  await mailer.send({ to: user.email, template: 'reset-password', data }, transaction)
}

/**
 * Sets a new password with the secret of a reset link: signs nobody in, asks a second factor of nobody less, and ends every session
 * and token (ASVS 6.4.3, 7.4.3). A refused password leaves the link as it is.
 * @throws 403 `invalid_link`, 422 for a password against the rules
 */
export const resetPassword = async (deps: AccountDeps, token: string, password: string): Promise<void> => {
  const link = await openLink('reset-password', token)
  const user = link?.userId ? await User.findByPk(link.userId) : null
  if (!user) throw invalidLink()
  await demandGoodPassword(deps, password, personOf(user))
  const passwordHash = await deps.hasher.hash(password)
  await deps.sequelize.transaction(async transaction => {
    const claimed = await claimLink('reset-password', token, transaction)
    // Sent to an address that no longer is the account's, or to one that was disabled since.
    const current = claimed && (await User.findByPk(user.id, { transaction }))
    if (!current || current.email !== claimed.email || current.disabledAt !== null) throw invalidLink()
    await setPassword(deps, current, passwordHash, transaction)
    await User.update(
      { emailVerifiedAt: current.emailVerifiedAt ?? new Date() },
      { where: { id: user.id }, transaction },
    )
    await endAccess(deps, user.id, { reason: 'password-changed' }, transaction)
    await deps.audit.record('authn_password_reset', { userId: user.id }, transaction)
  })
}
