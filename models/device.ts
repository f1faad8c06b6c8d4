import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** One browser has a row for each of its users (docs/decisions/0014). */
export class Device extends Model<InferAttributes<Device>, InferCreationAttributes<Device>> {
  declare id: CreationOptional<string>
  declare userId: string
  /** SHA-256 in hex; renewed at each sign-in. */
  declare tokenHash: string
  declare userAgent: string | null
  declare ip: string | null
  declare createdAt: Date
  declare lastSeenAt: Date
  declare expires: Date
  /** From then on, a sign-in here counts as the owner's (docs/decisions/0020). */
  declare ownersFrom: Date | null
  /** Replaces the second factor until then. */
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
