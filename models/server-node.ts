import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize'

/** One running server process. It says so every few seconds; src/nodes/ decides from when on it counts as gone. */
export class ServerNode extends Model<InferAttributes<ServerNode>, InferCreationAttributes<ServerNode>> {
  declare id: string
  /** Host, port and process, for the operator. */
  declare name: string
  /** Ids of the entries of SESSION_SECRET, in their order, as JSON. */
  declare sessionSecrets: string
  /** Ids of the entries of ENCRYPTION_KEYS, in their order, as JSON. */
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
