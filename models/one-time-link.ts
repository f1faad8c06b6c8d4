import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

export const LINK_PURPOSES = [
  'setup',
  'invitation',
  'verify-email',
  'reset-password',
  'confirm-new-email',
  'undo-email-change',
  'not-me',
] as const

export type LinkPurpose = (typeof LINK_PURPOSES)[number]

/** Only the SHA-256 of the 256-bit secret is kept (ASVS 6.5.2, 6.5.3). */
export class OneTimeLink extends Model<InferAttributes<OneTimeLink>, InferCreationAttributes<OneTimeLink>> {
  declare id: CreationOptional<string>
  declare purpose: LinkPurpose
  declare tokenHash: string
  /** Null before there is an account. */
  declare userId: CreationOptional<string | null>
  /** The address to invite, confirm, restore or notify. */
  declare email: string | null
  declare expires: Date
  declare usedAt: CreationOptional<Date | null>
  /** The link is void once the account's version is higher. */
  declare securityVersion: CreationOptional<number | null>
  /** Ids of passkeys, `totp` or `recovery-codes`. */
  declare factors: CreationOptional<string[] | null>
  declare invitedBy: CreationOptional<string | null>
  declare createdAt: CreationOptional<Date>

  static register(sequelize: Sequelize) {
    OneTimeLink.init(
      {
        id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
        purpose: { type: DataTypes.STRING(24), allowNull: false },
        tokenHash: { type: DataTypes.STRING(64), allowNull: false, unique: true },
        userId: { type: DataTypes.UUID, allowNull: true, defaultValue: null },
        email: { type: DataTypes.STRING(254), allowNull: true },
        expires: { type: DataTypes.DATE, allowNull: false },
        usedAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        securityVersion: { type: DataTypes.INTEGER, allowNull: true, defaultValue: null },
        factors: { type: DataTypes.JSON, allowNull: true, defaultValue: null },
        invitedBy: { type: DataTypes.UUID, allowNull: true, defaultValue: null },
        createdAt: DataTypes.DATE,
      },
      { sequelize, tableName: 'OneTimeLinks', updatedAt: false },
    )
  }
}
