import type { QueryInterface } from 'sequelize'

/** For the sweep of accounts that were never verified nor used: a scan of all users would stop everybody else. */
export function up(queryInterface: QueryInterface) {
  return queryInterface.sequelize.query(
    'CREATE INDEX "users_unused" ON "Users" ("createdAt") WHERE "emailVerifiedAt" IS NULL AND "firstSignInAt" IS NULL',
  )
}

export const down = (queryInterface: QueryInterface) => queryInterface.sequelize.query('DROP INDEX "users_unused"')
