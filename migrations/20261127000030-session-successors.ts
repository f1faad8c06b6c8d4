import { DataTypes, type QueryInterface } from 'sequelize'

/** Tombstones that renewals left before this keep none: signing out under such an id ends nothing, as before. */
export function up(queryInterface: QueryInterface) {
  return queryInterface.addColumn('Sessions', 'successorId', { type: DataTypes.UUID, allowNull: true })
}

/** Not `removeColumn`: on SQLite that copies the table and loses its indexes and triggers. */
export function down(queryInterface: QueryInterface) {
  return queryInterface.sequelize.query('ALTER TABLE "Sessions" DROP COLUMN "successorId"')
}
