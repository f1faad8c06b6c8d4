import type { QueryInterface } from 'sequelize'

/** Registrations that wait for their address to be confirmed. */
export async function up(queryInterface: QueryInterface) {
  await queryInterface.sequelize.query('ALTER TABLE "Users" ADD COLUMN "pendingRegistration" UUID NULL')
  await queryInterface.sequelize.query('ALTER TABLE "Users" ADD COLUMN "wantedUsername" VARCHAR(64) NULL')
}

/** Deletes pending accounts: without the column their passwords would sign in before the address is confirmed. */
export async function down(queryInterface: QueryInterface) {
  await queryInterface.sequelize.query('DELETE FROM "Users" WHERE "pendingRegistration" IS NOT NULL')
  await queryInterface.sequelize.query('ALTER TABLE "Users" DROP COLUMN "wantedUsername"')
  await queryInterface.sequelize.query('ALTER TABLE "Users" DROP COLUMN "pendingRegistration"')
}
