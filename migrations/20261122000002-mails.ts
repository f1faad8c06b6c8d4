import { DataTypes, type QueryInterface } from 'sequelize'

export async function up(queryInterface: QueryInterface) {
  await queryInterface.createTable('Mails', {
    id: { type: DataTypes.UUID, primaryKey: true },
    content: { type: DataTypes.TEXT, allowNull: false },
    attempts: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    nextAttemptAt: { type: DataTypes.DATE, allowNull: false },
    failedAt: { type: DataTypes.DATE, allowNull: true },
    lastError: { type: DataTypes.STRING(255), allowNull: true },
    createdAt: { type: DataTypes.DATE, allowNull: false },
  })
  await queryInterface.addIndex('Mails', ['nextAttemptAt'])
}

export const down = (queryInterface: QueryInterface) => queryInterface.dropTable('Mails')
