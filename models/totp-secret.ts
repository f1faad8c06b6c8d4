import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** What a user's authenticator app shares with us; it counts as a factor only once confirmed. */
export class TotpSecret extends Model<InferAttributes<TotpSecret>, InferCreationAttributes<TotpSecret>> {
  declare userId: string
  /** Base32, sealed for `totp:<user id>` (src/encryption/). */
  declare secret: string
  declare confirmedAt: CreationOptional<Date | null>
  /** Since when it counts as the owner's and outlives a recovery (docs/decisions/0020). */
  declare establishedAt: CreationOptional<Date | null>
  /** The last 30 s step of which a code was accepted: none up to it is accepted again. */
  declare lastStep: CreationOptional<number>
  /** Public id of the session that may confirm it; null once confirmed. */
  declare boundTo: CreationOptional<string | null>
  /** Until when it can be confirmed; null once confirmed. */
  declare expires: CreationOptional<Date | null>
  declare createdAt: CreationOptional<Date>

  static register(sequelize: Sequelize) {
    TotpSecret.init(
      {
        userId: { type: DataTypes.UUID, primaryKey: true },
        secret: { type: DataTypes.TEXT, allowNull: false },
        confirmedAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        establishedAt: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        lastStep: { type: DataTypes.BIGINT, allowNull: false, defaultValue: 0 },
        boundTo: { type: DataTypes.STRING(64), allowNull: true, defaultValue: null },
        expires: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
        createdAt: DataTypes.DATE,
      },
      { sequelize, tableName: 'TotpSecrets', updatedAt: false },
    )
  }
}
