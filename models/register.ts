import type { Sequelize } from 'sequelize'
import { ApiToken } from './api-token.ts'
import { AuditAnchor } from './audit-anchor.ts'
import { AuditEventRow, AuditHead } from './audit-event.ts'
import { AuthenticatorFailures } from './authenticator-failures.ts'
import { Device } from './device.ts'
import { Mail } from './mail.ts'
import { OneTimeLink } from './one-time-link.ts'
import { Role } from './role.ts'
import { Session } from './session.ts'
import { SigningKey } from './signing-key.ts'
import { User } from './user.ts'

/** Binds every model to the connection of this process; a Sequelize class knows one connection at a time (docs/decisions/0008). */
export const registerModels = (sequelize: Sequelize) => {
  const models = [
    Role,
    User,
    Session,
    OneTimeLink,
    AuditEventRow,
    AuditHead,
    AuditAnchor,
    Mail,
    ApiToken,
    SigningKey,
    Device,
    AuthenticatorFailures,
  ]
  for (const model of models) model.register(sequelize)
}
