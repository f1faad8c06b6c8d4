import { type Sequelize, Transaction } from 'sequelize'
import { Role } from '../models/role.ts'
import type { Audit } from './audit/audit.ts'
import type { Endpoint } from './http/endpoint.ts'
import { PERMISSIONS } from './identity/permissions.ts'
import type { Deps } from './services.ts'

/** Registered in the root's `extensions.ts`. */
export type Extensions = {
  /** Below /api, for bearer tokens. */
  api?: (deps: Deps) => Endpoint[]
  /** Below /auth, for the session cookie. */
  auth?: (deps: Deps) => Endpoint[]
  models?: { register(sequelize: Sequelize): unknown }[]
  /** Such as `widgets:read`; the role `admin` gets them at the next start. */
  permissions?: string[]
}

export function permissionsOf({ permissions = [] }: Extensions): string[] {
  return [...PERMISSIONS, ...permissions]
}

type Prepared = { sequelize: Sequelize; audit: Audit }

export async function prepareExtensions(
  { models = [], permissions = [] }: Extensions,
  { sequelize, audit }: Prepared,
): Promise<void> {
  for (const model of models) model.register(sequelize)
  if (permissions.length > 0) await grantToAdmin(permissions, { sequelize, audit })
}

function grantToAdmin(permissions: string[], { sequelize, audit }: Prepared): Promise<void> {
  return sequelize.transaction(async () => {
    const admin = await Role.findOne({ where: { name: 'admin' }, rejectOnEmpty: true, lock: Transaction.LOCK.UPDATE })
    const missing = permissions.filter(each => !admin.permissions.includes(each))
    if (missing.length === 0) return
    await admin.update({ permissions: [...admin.permissions, ...missing] })
    await audit.record('privilege_permissions_changed', {
      actorId: null,
      details: { role: 'admin', permissions: admin.permissions },
    })
  })
}
