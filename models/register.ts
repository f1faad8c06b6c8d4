import type { Sequelize } from 'sequelize'
import { AuditEventRow, AuditHead } from './audit-event.ts'
import { Challenge } from './challenge.ts'
import { Mail } from './mail.ts'
import { OneTimeLink } from './one-time-link.ts'
import { Passkey } from './passkey.ts'
import { RecoveryCode } from './recovery-code.ts'
import { Role } from './role.ts'
import { Session } from './session.ts'
import { TotpSecret } from './totp-secret.ts'
import { User } from './user.ts'

/** Binds every model to the connection of this process; a Sequelize class knows one connection at a time (docs/decisions/0008). */
export const registerModels = (sequelize: Sequelize) => {
  for (const model of [Role, User, Session, OneTimeLink, AuditEventRow, AuditHead, Mail]) model.register(sequelize)
  for (const model of [TotpSecret, RecoveryCode, Passkey, Challenge]) model.register(sequelize)
}
