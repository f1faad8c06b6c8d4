import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** One row: the last event that retention deleted, where the chain begins. */
export class AuditAnchor extends Model<InferAttributes<AuditAnchor>, InferCreationAttributes<AuditAnchor>> {
  declare id: CreationOptional<number>
  declare seq: number
  declare hash: string
  declare mac: string
  declare keyId: string

  static register(sequelize: Sequelize) {
    AuditAnchor.init(
      {
        id: { type: DataTypes.INTEGER, primaryKey: true },
        seq: { type: DataTypes.BIGINT, allowNull: false },
        hash: { type: DataTypes.STRING(44), allowNull: false },
        mac: { type: DataTypes.STRING(44), allowNull: false },
        keyId: { type: DataTypes.STRING(8), allowNull: false },
      },
      { sequelize, tableName: 'AuditAnchors', timestamps: false },
    )
  }
}
