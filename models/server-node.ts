import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize'

/** Updated every few seconds; src/nodes/ decides when it counts as gone. */
export class ServerNode extends Model<InferAttributes<ServerNode>, InferCreationAttributes<ServerNode>> {
  declare id: string
  /** Host, port and process. */
  declare name: string
  /** Ids as JSON, in the order of SESSION_SECRET. */
  declare sessionSecrets: string
  /** Ids as JSON, in the order of ENCRYPTION_KEYS. */
  declare encryptionKeys: string
  declare startedAt: Date
  declare seenAt: Date

  static register(sequelize: Sequelize) {
    ServerNode.init(
      {
        id: { type: DataTypes.UUID, primaryKey: true },
        name: { type: DataTypes.STRING(255), allowNull: false },
        sessionSecrets: { type: DataTypes.TEXT, allowNull: false },
        encryptionKeys: { type: DataTypes.TEXT, allowNull: false },
        startedAt: { type: DataTypes.DATE, allowNull: false },
        seenAt: { type: DataTypes.DATE, allowNull: false },
      },
      { sequelize, tableName: 'ServerNodes', timestamps: false },
    )
  }
}
