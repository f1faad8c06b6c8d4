import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** A factor only once confirmed. */
export class TotpSecret extends Model<InferAttributes<TotpSecret>, InferCreationAttributes<TotpSecret>> {
  declare userId: string
  /** Base32, sealed for `totp:<user id>`. */
  declare secret: string
  declare confirmedAt: CreationOptional<Date | null>
  /** Since then it outlives a recovery (docs/decisions/0020). */
  declare establishedAt: CreationOptional<Date | null>
  /** The last accepted 30 s step; earlier codes are refused. */
  declare lastStep: CreationOptional<number>
  /** Public id of the session that may confirm it; null once confirmed. */
  declare boundTo: CreationOptional<string | null>
  /** Null once confirmed. */
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
