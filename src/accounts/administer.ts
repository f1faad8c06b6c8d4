import type { Role } from '../../models/role.ts'
import type { User } from '../../models/user.ts'
import type { SessionStore } from '../sessions/store.ts'

/** Refuses the user from the next request on: the row first, then every session (ASVS 7.4.2). */
export const disableUser = async (store: SessionStore, user: User) => {
  await user.update({ disabledAt: new Date() })
  await store.endByUser(user.id, 'disabled')
}

export const enableUser = (user: User) => user.update({ disabledAt: null })

/** @param passwordHash of a password that the policy accepted; every session of the user ends */
export const replacePassword = async (store: SessionStore, user: User, passwordHash: string) => {
  await user.update({ passwordHash })
  await store.endByUser(user.id, 'password-changed')
}

/** The role counts at the next request, under a new session id (ASVS 7.2.4, 8.3.2). */
export const grantRole = async (store: SessionStore, user: User, role: Role) => {
  await user.addRole(role)
  await store.renewByUser(user.id)
}

export const revokeRole = async (store: SessionStore, user: User, role: Role) => {
  await user.removeRole(role)
  await store.renewByUser(user.id)
}
