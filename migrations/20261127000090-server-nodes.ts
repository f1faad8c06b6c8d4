import { DataTypes, type QueryInterface } from 'sequelize'

/** The running server processes and which keys each holds, by key id. */
export function up(queryInterface: QueryInterface) {
  return queryInterface.createTable('ServerNodes', {
    id: { type: DataTypes.UUID, primaryKey: true },
    name: { type: DataTypes.STRING(255), allowNull: false },
    sessionSecrets: { type: DataTypes.TEXT, allowNull: false },
    encryptionKeys: { type: DataTypes.TEXT, allowNull: false },
    startedAt: { type: DataTypes.DATE, allowNull: false },
    seenAt: { type: DataTypes.DATE, allowNull: false },
  })
}

export const down = (queryInterface: QueryInterface) => queryInterface.dropTable('ServerNodes')
