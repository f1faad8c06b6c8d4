import { User } from '../../models/user.ts'
import { enablePassword } from '../factors/failures.ts'
import { type Asking, lockUser } from '../identity/lock-user.ts'
import { voidRequests } from '../links/links.ts'
import { noticeFor } from '../links/notice.ts'
import { problems } from '../problems.ts'
import { endAccess, raiseSecurityVersion } from './access.ts'
import type { AccountDeps } from './account-deps.ts'
import { demandGoodPassword } from './register.ts'

type Change = {
  currentPassword: string
  newPassword: string
  sid: string
  others: 'end' | 'stay'
}

/** @throws 401 `invalid_credentials`, 422 for the same or a weak new password (ASVS 6.2.3) */
export async function changePassword(
  deps: AccountDeps,
  userId: string,
  { currentPassword, newPassword, sid, others }: Change,
): Promise<void> {
  const user = await User.findByPk(userId, { rejectOnEmpty: true })
  if (!(await isPasswordOf(deps, user, currentPassword))) {
    await deps.audit.record('authn_password_change_fail', { userId })
    throw problems.wrongCurrentPassword()
  }
  if (currentPassword.normalize('NFC') === newPassword.normalize('NFC')) throw problems.invalid([SAME_PASSWORD])
  await demandGoodPassword(deps, newPassword, personOf(user), '#/newPassword')
  const passwordHash = await deps.hasher.hash(newPassword)
  await deps.sequelize.transaction(async () => {
    await setPassword(deps, user, passwordHash)
    if (others === 'end') await endAccess(deps, userId, { reason: 'password-changed', exceptSid: sid })
    await deps.audit.record('authn_password_change', { userId, details: { others } })
  })
}

/** Call it after a proof of identity. @throws 409 `conflict` if there is a password, 422 */
export async function setFirstPassword(deps: AccountDeps, asking: Asking, newPassword: string): Promise<void> {
  const { userId } = asking
  const user = await User.findByPk(userId, { rejectOnEmpty: true })
  if (user.passwordHash !== null) throw problems.hasPassword()
  await demandGoodPassword(deps, newPassword, personOf(user), '#/newPassword')
  const passwordHash = await deps.hasher.hash(newPassword)
  await deps.sequelize.transaction(async () => {
    await lockUser(asking)
    await setPassword(deps, user, passwordHash)
    await deps.audit.record('authn_password_change', { userId, details: { others: 'stay' } })
  })
}

const SAME_PASSWORD = {
  pointer: '#/newPassword',
  detail: 'Choose a password other than the current one.',
  code: 'same',
}

/** @throws 409 if the password changed since it was read */
async function setPassword(deps: Pick<AccountDeps, 'env' | 'mailer'>, user: User, passwordHash: string): Promise<void> {
  const where = { id: user.id, passwordHash: user.passwordHash }
  const [changed] = await User.update({ passwordHash }, { where })
  if (changed !== 1) throw problems.passwordChanged()
  await raiseSecurityVersion(user.id)
  await voidRequests(user.id)
  await enablePassword(user.id)
  const data = await noticeFor(deps, user)
  await deps.mailer.send({ to: user.email, language: user.language, template: 'password-changed', data })
}

/** Counted as on a known device, so that a stolen session cannot guess the password. */
async function isPasswordOf({ hasher, failures }: AccountDeps, user: User, password: string) {
  if (user.passwordHash === null) return false
  const { matches } = await hasher.verify(password, user.passwordHash)
  if (matches) return failures.accept(user, 'password:known')
  await failures.refuse(user, 'password:known', 'wrong')
  return false
}

export const personOf = ({ email, name, username }: User) => ({
  email: email ?? undefined,
  name,
  username: username ?? undefined,
})
