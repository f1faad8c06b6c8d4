import { DataTypes, type QueryInterface } from 'sequelize'

export async function up(queryInterface: QueryInterface) {
  await queryInterface.createTable('Sessions', {
    sid: { type: DataTypes.STRING(64), primaryKey: true },
    publicId: { type: DataTypes.UUID, allowNull: false, unique: true },
    userId: { type: DataTypes.UUID, allowNull: true, references: { model: 'Users', key: 'id' }, onDelete: 'CASCADE' },
    data: { type: DataTypes.TEXT, allowNull: false },
    version: { type: DataTypes.INTEGER, allowNull: false },
    secretId: { type: DataTypes.STRING(16), allowNull: false },
    renew: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
    createdAt: { type: DataTypes.DATE, allowNull: false },
    lastSeenAt: { type: DataTypes.DATE, allowNull: false },
    expires: { type: DataTypes.DATE, allowNull: false },
    absoluteExpires: { type: DataTypes.DATE, allowNull: false },
    ip: { type: DataTypes.STRING(45), allowNull: true },
    userAgent: { type: DataTypes.STRING(255), allowNull: true },
    endedAt: { type: DataTypes.DATE, allowNull: true },
    endReason: { type: DataTypes.STRING(24), allowNull: true },
  })
  await queryInterface.addIndex('Sessions', ['expires'])
  await queryInterface.addIndex('Sessions', ['userId'])
}

export const down = (queryInterface: QueryInterface) => queryInterface.dropTable('Sessions')
