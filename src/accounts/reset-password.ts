import { OneTimeLink } from '../../models/one-time-link.ts'
import { User } from '../../models/user.ts'
import { minutes } from '../durations.ts'
import { hashOfSecret } from '../encryption/one-way.ts'
import type { NamedFactor } from '../factors/planted.ts'
import type { Language } from '../languages.ts'
import { claimLinkOfUser, createLink, lifetimeOf, openLink } from '../links/links.ts'
import { noticeFor } from '../links/notice.ts'
import { type HttpProblem, problems } from '../problems.ts'
import { findByIdentifier } from '../sign-in/password.ts'
import { isOffered } from '../sign-in/ways.ts'
import type { AccountDeps } from './account-deps.ts'
import { personOf } from './change-password.ts'
import { demandGoodPassword } from './register.ts'
import { takeBack } from './take-back.ts'

/** Delayed to reveal no account (ASVS 6.3.8); changes nothing yet (OWASP Forgot Password). */
export function requestReset(deps: AccountDeps, email: string, language: Language | null): void {
  deps.delayed.add('the mail with a reset link', () => sendResetTo(deps, email, language))
}

async function sendResetTo(deps: AccountDeps, email: string, language: Language | null): Promise<void> {
  const user = await findByIdentifier(email)
  if (user && user.disabledAt === null)
    await deps.sequelize.transaction(async () => {
      await sendReset(deps, user, language)
      await deps.audit.record('authn_password_reset_request', { userId: user.id, actorId: null })
    })
}

async function refusedReset(token: string): Promise<HttpProblem> {
  const link = await OneTimeLink.findOne({ where: { purpose: 'reset-password', tokenHash: hashOfSecret(token) } })
  return problems.invalidLink({ name: 'authn_password_reset_fail', userId: link?.userId ?? null })
}

/**
 * Sends nothing without password sign-in: the mailbox itself is the way in.
 * @param language of the request, if the account has none
 */
export async function sendReset({ env, mailer }: AccountDeps, user: User, language: Language | null = null) {
  if (!isOffered(env, 'password')) return
  const link = await createLink(env.BASE_URL, 'reset-password', {
    userId: user.id,
    email: user.email,
    securityVersion: user.securityVersion,
  })
  const data = { name: user.name, link, minutes: lifetimeOf('reset-password') / minutes(1) }
  await mailer.send({ to: user.email, language: user.language ?? language, template: 'reset-password', data })
}

/** Established factors stay (ASVS 6.4.3, 7.4.3). @throws 403 `invalid_link`, 422 */
export async function resetPassword(deps: AccountDeps, token: string, password: string): Promise<void> {
  const link = await openLink('reset-password', token)
  const user = link?.userId ? await User.findByPk(link.userId) : null
  if (!user) throw await refusedReset(token)
  await demandGoodPassword(deps, password, personOf(user))
  const passwordHash = await deps.hasher.hash(password)
  await deps.sequelize.transaction(async () => {
    const claimed = await claimLinkOfUser('reset-password', token)
    const current = claimed.user
    // The address may have changed, or the account may be disabled, since the link was sent.
    const provenEmail = current.email
    if (provenEmail === null || provenEmail !== claimed.link.email || current.disabledAt !== null)
      throw problems.invalidLink()
    const { kept } = await takeBack(deps, current, { reason: 'password-changed', passwordHash, provenEmail })
    const isRecent = ({ createdAt }: NamedFactor) => createdAt.getTime() > Date.now() - lifetimeOf('not-me')
    const recent = kept.filter(factor => factor.kind === 'second factor' && isRecent(factor))
    const ids = recent.map(({ id }) => id)
    const factors = recent.map(({ inMail }) => inMail)
    const stillRequired = recent.length > 0 && { asksFor: recent.map(({ name }) => name), factors }
    const data = { ...(await noticeFor(deps, current, ids)), ...stillRequired }
    await deps.mailer.send({ to: current.email, language: current.language, template: 'password-changed', data })
    await deps.audit.record('authn_password_reset', { userId: user.id })
  })
}
