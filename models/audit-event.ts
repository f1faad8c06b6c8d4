import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize'

/** One security event; never changed, and deleted only from the oldest on, by retention (src/audit/). No reference to a user: it outlives one. */
export class AuditEventRow extends Model<InferAttributes<AuditEventRow>, InferCreationAttributes<AuditEventRow>> {
  declare seq: number
  /** ISO 8601 in UTC, as text, because its exact form is hashed. */
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

/** The one row that says which event is the last. */
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
