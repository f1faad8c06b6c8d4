import { DataTypes, type QueryInterface } from 'sequelize'

/** Tombstones that renewals left before this keep none: signing out under such an id ends nothing, as before. */
export const up = (queryInterface: QueryInterface) =>
  queryInterface.addColumn('Sessions', 'successorId', { type: DataTypes.UUID, allowNull: true })

/** Not `removeColumn`: on SQLite that copies the table and loses its indexes and triggers. */
export const down = (queryInterface: QueryInterface) =>
  queryInterface.sequelize.query('ALTER TABLE "Sessions" DROP COLUMN "successorId"')
