import { DataTypes, type QueryInterface } from 'sequelize'

export async function up(queryInterface: QueryInterface) {
  await queryInterface.createTable('AuditEvents', {
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
  })
  await queryInterface.addIndex('AuditEvents', ['userId', 'seq'])
  await queryInterface.addIndex('AuditEvents', ['event', 'seq'])
  await queryInterface.addIndex('AuditEvents', ['at'])
  await queryInterface.createTable('AuditHeads', {
    id: { type: DataTypes.INTEGER, primaryKey: true },
    seq: { type: DataTypes.BIGINT, allowNull: false },
    hash: { type: DataTypes.STRING(44), allowNull: false },
    mac: { type: DataTypes.STRING(44), allowNull: false },
    keyId: { type: DataTypes.STRING(8), allowNull: false },
  })
}

export async function down(queryInterface: QueryInterface) {
  await queryInterface.dropTable('AuditHeads')
  await queryInterface.dropTable('AuditEvents')
}
