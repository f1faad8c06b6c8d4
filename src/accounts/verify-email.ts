import { User } from '../../models/user.ts'
import { claimLinkOfUser, createLink } from '../links/links.ts'
import { problems } from '../problems.ts'
import { isOffered } from '../sign-in/ways.ts'
import type { AccountDeps } from './account-deps.ts'
import { takeBack } from './take-back.ts'

/** Sends the link that proves that mail reaches the account's address; the newest voids the ones before. */
export async function sendVerification(
  { env, mailer }: Pick<AccountDeps, 'env' | 'mailer'>,
  user: Pick<User, 'id' | 'email' | 'name'>,
) {
  const link = await createLink(env.BASE_URL, 'verify-email', { userId: user.id, email: user.email })
  await mailer.send({ to: user.email, template: 'verify-email', data: { name: user.name, link } })
}

/** Sends another link, unless the address is verified already. @throws 409 `conflict` if there is no address */
export async function resendVerification(deps: AccountDeps, userId: string): Promise<void> {
  const user = await User.findByPk(userId, { rejectOnEmpty: true })
  if (user.email === null) throw problems.noEmail()
  if (user.emailVerifiedAt === null) await deps.sequelize.transaction(() => sendVerification(deps, user))
}

/**
 * Confirms the address. Whoever reads its mail and is not known to have registered gets the account with nothing of what was there
 * before, the password included: a stranger may have registered with this address (docs/decisions/0020).
 * @param isRegistrants whether the browser is signed in to the account, or registered it
 * @returns the secret of a link that sets a password, where the old one is gone
 * @throws 403 `invalid_link`, also where the account's address is another by now
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

/** Marks the address as verified; the username that was asked for is given if it is still free. */
export async function confirmAddress(user: User) {
  const { wantedUsername } = user
  const isFree = wantedUsername && (await User.count({ where: { username: wantedUsername } })) === 0
  const username = isFree ? wantedUsername : user.username
  const emailVerifiedAt = user.emailVerifiedAt ?? new Date()
  await user.update({ emailVerifiedAt, username, pendingRegistration: null, wantedUsername: null })
}
