import { DataTypes, type QueryInterface } from 'sequelize'

const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true }
export const up = (queryInterface: QueryInterface) =>
  queryInterface.createTable('Widgets', { id, name: { type: DataTypes.STRING(100), allowNull: false } })
export const down = (queryInterface: QueryInterface) => queryInterface.dropTable('Widgets')
