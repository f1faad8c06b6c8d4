import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** Names of the OWASP logging vocabulary where it has one (ASVS 16.3.1). */
export const AUDIT_EVENTS = [
  'authn_login_success',
  'authn_login_fail',
  'authn_login_fail_max',
  'authn_login_lock',
  'authn_login_unlock',
  'authn_second_factor_fail',
  'authn_reauthenticate_success',
  'authn_reauthenticate_fail',
  'authn_email_request',
  'authn_password_change',
  'authn_password_change_fail',
  'authn_password_reset_request',
  'authn_password_reset',
  'authn_password_reset_fail',
  'authn_factor_added',
  'authn_factor_removed',
  'authn_recovery_codes_issued',
  'authn_recovery_code_used',
  'authn_identity_linked',
  'authn_identity_unlinked',
  'authn_device_trusted',
  'authn_device_forgotten',
  'authn_token_created',
  'authn_token_revoked',
  'authn_token_reported',
  'consent_granted',
  'consent_withdrawn',
  'session_ended',
  'user_created',
  'user_invited',
  'user_invitation_withdrawn',
  'user_updated',
  'user_email_verified',
  'user_email_change_request',
  'user_email_change_cancelled',
  'user_email_changed',
  'user_email_change_undone',
  'user_disabled',
  'user_enabled',
  'user_deleted',
  'user_data_exported',
  'user_reported_misuse',
  'client_created',
  'client_updated',
  'client_deleted',
  'client_secret_added',
  'client_secret_removed',
  'sys_signing_key_rotated',
  'sys_signing_key_retired',
  'sys_database_restored',
  'privilege_permissions_changed',
  'authz_fail',
  'excess_rate_limit_exceeded',
  'malicious_extraneous',
] as const

export type AuditEvent = (typeof AUDIT_EVENTS)[number]

/** Never changed, deleted only by retention. No foreign key, because it outlives its user. */
export class AuditEventRow extends Model<InferAttributes<AuditEventRow>, InferCreationAttributes<AuditEventRow>> {
  declare seq: number
  /** ISO 8601 in UTC, as text, because the exact form is hashed. */
  declare at: string
  declare event: string
  declare actorId: string | null
  declare userId: string | null
  declare sessionId: string | null
  declare address: string | null
  declare userAgent: string | null
  declare requestId: string | null
  /** JSON, as text for the same reason. */
  declare details: string
  declare previousHash: string
  declare hash: string
  declare keyId: string

  static register(sequelize: Sequelize) {
    AuditEventRow.init(
      {
        seq: { type: DataTypes.BIGINT, primaryKey: true },
        at: { type: DataTypes.STRING(24), allowNull: false },
        event: { type: DataTypes.STRING(48), allowNull: false },
        actorId: { type: DataTypes.UUID, allowNull: true },
        userId: { type: DataTypes.UUID, allowNull: true },
        sessionId: { type: DataTypes.UUID, allowNull: true },
        address: { type: DataTypes.STRING(45), allowNull: true },
        userAgent: { type: DataTypes.STRING(255), allowNull: true },
        requestId: { type: DataTypes.UUID, allowNull: true },
        details: { type: DataTypes.TEXT, allowNull: false },
        previousHash: { type: DataTypes.STRING(44), allowNull: false },
        hash: { type: DataTypes.STRING(44), allowNull: false },
        keyId: { type: DataTypes.STRING(8), allowNull: false },
      },
      { sequelize, tableName: 'AuditEvents', timestamps: false },
    )
  }
}

/** One row: the last event. */
export class AuditHead extends Model<InferAttributes<AuditHead>, InferCreationAttributes<AuditHead>> {
  declare id: CreationOptional<number>
  declare seq: number
  declare hash: string
  declare mac: string
  declare keyId: string

  static register(sequelize: Sequelize) {
    AuditHead.init(
      {
        id: { type: DataTypes.INTEGER, primaryKey: true },
        seq: { type: DataTypes.BIGINT, allowNull: false },
        hash: { type: DataTypes.STRING(44), allowNull: false },
        mac: { type: DataTypes.STRING(44), allowNull: false },
        keyId: { type: DataTypes.STRING(8), allowNull: false },
      },
      { sequelize, tableName: 'AuditHeads', timestamps: false },
    )
  }
}
