import { Transaction } from 'sequelize'
import { User } from '../../models/user.ts'
import type { AccountDeps } from '../accounts/account-deps.ts'
import { deleteAccount } from '../accounts/delete-account.ts'
import { sendReset } from '../accounts/reset-password.ts'
import type { Language } from '../languages.ts'
import { noticeFor } from '../links/notice.ts'
import { problems } from '../problems.ts'
import { demandOffered } from '../sign-in/ways.ts'
import { unlessTaken } from '../unless-taken.ts'
import { disableUser, enableUser, grantRole, revokeRole } from './administer.ts'
import { type Actor, demandAuthority, permissionsOf } from './authority.ts'
import { roleNamed } from './roles.ts'
import { userById } from './user-list.ts'

/** @throws 404, 403 if the account may do more than the actor */
export async function accountFor(actor: Actor, id: string): Promise<User> {
  const user = await userById(id)
  demandAuthority(actor, permissionsOf(user))
  return user
}

type Change = {
  name?: string | undefined
  username?: string | null | undefined
  language?: Language | undefined
}

/** Announces a new username (ASVS 6.3.7). @param unchanged throws if the account changed */
export async function updateUser(
  deps: AccountDeps,
  actor: Actor,
  id: string,
  { name, username, language }: Change,
  unchanged: (user: User) => void,
): Promise<User> {
  const { roles = [] } = await accountFor(actor, id)
  const user = await deps.sequelize.transaction(async () => {
    const found = await User.findByPk(id, { lock: Transaction.LOCK.UPDATE, rejectOnEmpty: true })
    found.roles = roles
    unchanged(found)
    if (username === null && found.email === null) throw problems.invalid([USERNAME_NEEDED])
    found.set({
      ...(name !== undefined && { name }),
      ...(username !== undefined && { username }),
      ...(language !== undefined && { language }),
    })
    const fields = found.changed() || []
    await unlessTaken(found.save(), problems.accountExists)
    if (fields.includes('username')) await tellUsername(deps, found)
    await deps.audit.record('user_updated', { userId: id, actorId: actor.id, details: { fields } })
    return found
  })
  deps.store.forgetUser(id)
  return user
}

const USERNAME_NEEDED = {
  pointer: '#/username',
  detail: 'This user has no email address, so the username is needed to sign in.',
  code: 'username_needed',
}

async function tellUsername(deps: AccountDeps, user: User): Promise<void> {
  const data = { ...(await noticeFor(deps, user)), username: user.username }
  await deps.mailer.send({ to: user.email, language: user.language, template: 'username-changed', data })
}

/** @throws 409 `last_administrator` */
export async function disableAccount(deps: AccountDeps, actor: Actor, id: string) {
  return disableUser(deps.store, await accountFor(actor, id), record(deps, actor, 'user_disabled', id))
}

/** @returns how many ended */
export async function endSessionsOf({ store, audit }: AccountDeps, actor: Actor, id: string): Promise<number> {
  await accountFor(actor, id)
  const ended = await store.endByUser(id, 'admin')
  await audit.record('session_ended', { userId: id, actorId: actor.id, details: { reason: 'admin', ended } })
  return ended
}

export async function enableAccount(deps: AccountDeps, actor: Actor, id: string) {
  const user = await accountFor(actor, id)
  await enableUser(user, record(deps, actor, 'user_enabled', id))
}

/** @throws 409 `last_administrator` */
export async function removeAccount(deps: AccountDeps, actor: Actor, id: string) {
  const user = await accountFor(actor, id)
  await deleteAccount(deps, user.id, actor.id)
}

/** The administrator sees no link or password (ASVS 6.4.6). @throws 409 `conflict` */
export async function startReset(deps: AccountDeps, actor: Actor, id: string) {
  demandOffered(deps.env, 'password')
  const user = await accountFor(actor, id)
  if (user.disabledAt !== null) throw problems.accountDisabled()
  if (user.email === null) throw problems.noEmailToReset()
  await deps.sequelize.transaction(async () => {
    await sendReset(deps, user)
    await record(deps, actor, 'authn_password_reset_request', id)()
  })
}

/** @throws 404, 403 for a role that grants what the actor lacks */
export async function grantRoleTo(deps: AccountDeps, actor: Actor, id: string, roleName: string) {
  const [user, role] = [await accountFor(actor, id), await roleNamed(roleName)]
  demandAuthority(actor, role.permissions)
  await grantRole(deps, user, role, recordRole(deps, actor, id, { granted: role.name }))
}

/** @throws 404, 409 `last_administrator` */
export async function revokeRoleFrom(deps: AccountDeps, actor: Actor, id: string, roleName: string) {
  const [user, role] = [await accountFor(actor, id), await roleNamed(roleName)]
  await revokeRole(deps, user, role, recordRole(deps, actor, id, { revoked: role.name }))
}

type Named = 'user_disabled' | 'user_enabled' | 'authn_password_reset_request'

function record({ audit }: AccountDeps, actor: Actor, event: Named, userId: string) {
  return () => audit.record(event, { userId, actorId: actor.id })
}

function recordRole({ audit }: AccountDeps, actor: Actor, userId: string, details: Record<string, string>) {
  return () => audit.record('privilege_permissions_changed', { userId, actorId: actor.id, details })
}
