import { type Sequelize, Transaction } from 'sequelize'
import type { Env } from '../../configs/env.ts'
import type { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { UserRole } from '../../models/user-role.ts'
import { endAccess } from '../accounts/access.ts'
import { hashOfNewPassword, type NewAccount, type PasswordDeps } from '../accounts/register.ts'
import { type TakeBackDeps, takeBack } from '../accounts/take-back.ts'
import { withAnAdministratorLeft } from '../identity/administrators.ts'
import { voidInvitationsBy, voidLinks } from '../links/links.ts'
import { noticeFor } from '../links/notice.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { PasswordHasher } from '../passwords/hash.ts'
import { problems } from '../problems.ts'
import type { SessionStore } from '../sessions/store.ts'
import { unlessTaken } from '../unless-taken.ts'

/** Runs last in the transaction of a change, such as its audit event (ASVS 2.3.3). */
type Accompanying = (user: User) => Promise<void>

const nothing: Accompanying = async () => {}

type CreationDeps = PasswordDeps & { env: Pick<Env, 'SIGN_IN_WITH'> } & { sequelize: Sequelize; hasher: PasswordHasher }

/** @throws 422 for a refused password, 409 `account_exists` */
export async function createUserWithRoles(
  deps: CreationDeps,
  account: NewAccount,
  roles: Role[],
  accompanying = nothing,
): Promise<User> {
  const passwordHash = await hashOfNewPassword(deps, account)
  const { email, name, username = null, language = null } = account
  return deps.sequelize.transaction(async () => {
    const creation = User.create({ email, name, username, passwordHash, language })
    const user = await unlessTaken(creation, problems.accountExists)
    for (const role of roles) await user.addRole(role)
    await accompanying(user)
    return user
  })
}

/** Also ends what enabling would revive (ASVS 7.4.2). @throws 409 `last_administrator` */
export function disableUser(store: SessionStore, user: User, accompanying = nothing): Promise<number> {
  return withAnAdministratorLeft(user.sequelize, async () => {
    await user.update({ disabledAt: user.disabledAt ?? new Date() })
    const ended = await endAccess({ store }, user.id, { reason: 'disabled' })
    await voidLinks(user.id, { but: [] })
    await voidInvitationsBy(user.id)
    await accompanying(user)
    return ended
  })
}

export function enableUser(user: User, accompanying = nothing) {
  return user.sequelize.transaction(async () => {
    await user.update({ disabledAt: null })
    await accompanying(user)
  })
}

/** @param passwordHash of a password that the policy accepted */
export function replacePassword(
  deps: TakeBackDeps,
  user: User,
  passwordHash: string,
  accompanying = nothing,
): Promise<number> {
  return user.sequelize.transaction(async () => {
    await user.reload({ lock: Transaction.LOCK.NO_KEY_UPDATE })
    const { ended } = await takeBack(deps, user, { reason: 'password-changed', passwordHash })
    await accompanying(user)
    return ended
  })
}

type RoleDeps = { env: Pick<Env, 'BASE_URL'>; store: SessionStore; mailer: Mailer }

/** Renews session ids, applies at once and notifies the user (ASVS 7.2.4, 8.3.2, 6.3.7). */
export async function grantRole({ env, store, mailer }: RoleDeps, user: User, role: Role, accompanying = nothing) {
  await user.sequelize.transaction(async () => {
    // Of two parallel grants, the second finds the role.
    await user.reload({ lock: Transaction.LOCK.NO_KEY_UPDATE })
    const isNew = (await UserRole.count({ where: { userId: user.id, roleId: role.id } })) === 0
    await user.addRole(role)
    if (isNew) {
      const data = { ...(await noticeFor({ env }, user)), role: role.name }
      await mailer.send({ to: user.email, language: user.language, template: 'role-granted', data })
    }
    await accompanying(user)
  })
  await store.renewByUser(user.id)
}

/** @throws 409 `last_administrator` */
export async function revokeRole({ store }: RoleDeps, user: User, role: Role, accompanying = nothing) {
  await withAnAdministratorLeft(user.sequelize, async () => {
    await user.removeRole(role)
    if (role.permissions.includes('users:write')) await voidInvitationsBy(user.id)
    await accompanying(user)
  })
  await store.renewByUser(user.id)
}
