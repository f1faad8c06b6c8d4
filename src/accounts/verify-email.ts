import type { Transaction } from 'sequelize'
import { User } from '../../models/user.ts'
import type { AccountDeps } from './account-deps.ts'
import { claimLink, createLink, invalidLink } from './links.ts'

/** Sends the link that proves that mail reaches the account's address; the newest voids the ones before. */
export const sendVerification = async (
  { env, mailer }: Pick<AccountDeps, 'env' | 'mailer'>,
  user: Pick<User, 'id' | 'email' | 'name'>,
  transaction: Transaction,
) => {
  const link = await createLink(env.BASE_URL, 'verify-email', { userId: user.id, email: user.email }, transaction)
  await mailer.send({ to: user.email, template: 'verify-email', data: { name: user.name, link } }, transaction)
}

/** Sends another link, unless the address is verified already. */
export const resendVerification = async (deps: AccountDeps, userId: string): Promise<void> => {
  const user = await User.findByPk(userId, { rejectOnEmpty: true })
  if (user.emailVerifiedAt === null)
    await deps.sequelize.transaction(transaction => sendVerification(deps, user, transaction))
}

/** @throws 403 `invalid_link`, also where the account's address is another by now */
export const verifyEmail = (deps: AccountDeps, token: string): Promise<void> =>
  deps.sequelize.transaction(async transaction => {
    const link = await claimLink('verify-email', token, transaction)
    const where = { id: link?.userId ?? null, email: link?.email ?? null }
    if (!link || where.id === null) throw invalidLink()
    const [verified] = await User.update(
      { emailVerifiedAt: new Date() },
      { where: { id: where.id, email: where.email ?? '' }, transaction },
    )
    if (verified !== 1) throw invalidLink()
    await deps.audit.record('user_email_verified', { userId: where.id }, transaction)
  })
