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

/** A secret that opens one thing once. Only its SHA-256 is kept; the secret itself has 256 bits (ASVS 6.5.2, 6.5.3). */
export class OneTimeLink extends Model<InferAttributes<OneTimeLink>, InferCreationAttributes<OneTimeLink>> {
  declare id: CreationOptional<string>
  declare purpose: LinkPurpose
  declare tokenHash: string
  /** The account that it acts on; null where there is none yet. */
  declare userId: CreationOptional<string | null>
  /** The address that it is about: the invited one, the one to confirm, the one to go back to, the one that a notice went to. */
  declare email: string | null
  declare expires: Date
  declare usedAt: CreationOptional<Date | null>
  /** `securityVersion` of the account when the link was made, where that must still be so. */
  declare securityVersion: CreationOptional<number | null>
  /** Which factors the notice is about: ids of passkeys, `totp`, `recovery-codes`. */
  declare factors: CreationOptional<string[] | null>
  /** Who sent the invitation. */
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
