import { User } from '../../models/user.ts'
import { claimLinkOfUser, createLink } from '../links/links.ts'
import { problems } from '../problems.ts'
import { isOffered } from '../sign-in/ways.ts'
import type { AccountDeps } from './account-deps.ts'
import { takeBack } from './take-back.ts'

export async function sendVerification(
  { env, mailer }: Pick<AccountDeps, 'env' | 'mailer'>,
  user: Pick<User, 'id' | 'email' | 'name' | 'language'>,
) {
  const link = await createLink(env.BASE_URL, 'verify-email', { userId: user.id, email: user.email })
  await mailer.send({
    to: user.email,
    language: user.language,
    template: 'verify-email',
    data: { name: user.name, link },
  })
}

/** @throws 409 `conflict` if there is no address */
export async function resendVerification(deps: AccountDeps, userId: string): Promise<void> {
  const user = await User.findByPk(userId, { rejectOnEmpty: true })
  if (user.email === null) throw problems.noEmail()
  if (user.emailVerifiedAt === null) await deps.sequelize.transaction(() => sendVerification(deps, user))
}

/**
 * If a stranger registered, nothing of theirs stays, not even the password (docs/decisions/0020).
 * @returns a token to set a new one. @throws 403 `invalid_link`, also if the address changed
 */
export function verifyEmail(
  deps: AccountDeps,
  token: string,
  isRegistrants: (user: User) => boolean,
): Promise<{ passwordToken?: string }> {
  return deps.sequelize.transaction(async () => {
    const { link, user } = await claimLinkOfUser('verify-email', token)
    if (user.email === null || link.email !== user.email) throw problems.invalidLink()
    const isStrange = user.emailVerifiedAt === null && !isRegistrants(user)
    if (isStrange)
      await takeBack(deps, user, { reason: 'password-changed', passwordHash: null, provenEmail: user.email })
    else await confirmAddress(user)
    await deps.audit.record('user_email_verified', { userId: user.id })
    deps.store.forgetUser(user.id)
    if (!isStrange || !isOffered(deps.env, 'password')) return {}
    const { id: userId, email, securityVersion } = user
    const subject = { userId, email, securityVersion }
    const url = await createLink(deps.env.BASE_URL, 'reset-password', subject)
    return { passwordToken: new URL(url).hash.slice(1) }
  })
}

export async function confirmAddress(user: User) {
  const { wantedUsername } = user
  const isFree = wantedUsername && (await User.count({ where: { username: wantedUsername } })) === 0
  const username = isFree ? wantedUsername : user.username
  const emailVerifiedAt = user.emailVerifiedAt ?? new Date()
  await user.update({ emailVerifiedAt, username, pendingRegistration: null, wantedUsername: null })
}
