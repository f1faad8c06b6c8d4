import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** A browser in which a user has signed in; one browser may be known to several users, by a row for each (docs/decisions/0014). */
export class Device extends Model<InferAttributes<Device>, InferCreationAttributes<Device>> {
  declare id: CreationOptional<string>
  declare userId: string
  /** SHA-256 of this user's token in the browser's cookie, in hex; another with each sign-in. */
  declare tokenHash: string
  declare userAgent: string | null
  declare ip: string | null
  declare createdAt: Date
  declare lastSeenAt: Date
  declare expires: Date
  /** From when on who signs in here counts as the owner (docs/decisions/0020). */
  declare ownersFrom: Date | null
  /** Until when it stands for the second factor; null where it does not. */
  declare trustedUntil: CreationOptional<Date | null>

  static register(sequelize: Sequelize) {
    Device.init(
      {
        id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
        userId: { type: DataTypes.UUID, allowNull: false },
        tokenHash: { type: DataTypes.STRING(64), allowNull: false },
        userAgent: { type: DataTypes.STRING(255), allowNull: true },
        ip: { type: DataTypes.STRING(45), allowNull: true },
        createdAt: { type: DataTypes.DATE, allowNull: false },
        lastSeenAt: { type: DataTypes.DATE, allowNull: false },
        expires: { type: DataTypes.DATE, allowNull: false },
        ownersFrom: { type: DataTypes.DATE, allowNull: true },
        trustedUntil: { type: DataTypes.DATE, allowNull: true, defaultValue: null },
      },
      { sequelize, tableName: 'Devices', timestamps: false },
    )
  }
}
