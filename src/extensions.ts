import { type Sequelize, Transaction } from 'sequelize'
import { Role } from '../models/role.ts'
import type { Audit } from './audit/audit.ts'
import type { Endpoint } from './http/endpoint.ts'
import type { Deps } from './services.ts'

/** What a team adds to Latchkey; `extensions.ts` in the root holds it. */
export type Extensions = {
  /** Endpoints below /api, for bearer tokens. */
  api?: (deps: Deps) => Endpoint[]
  /** Endpoints below /auth, for the session cookie. */
  auth?: (deps: Deps) => Endpoint[]
  models?: { register(sequelize: Sequelize): unknown }[]
  /** Permissions that roles can grant, such as `widgets:read`; the role `admin` has them from the next start. */
  permissions?: string[]
}

type Prepared = { sequelize: Sequelize; audit: Audit }

/** Registers the models and gives the role `admin` the permissions that it lacks. */
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
