import type { QueryInterface } from 'sequelize'

/** Codes that wait for their owner to confirm them; those of before are confirmed. */
export async function up(queryInterface: QueryInterface) {
  await queryInterface.sequelize.query(
    'ALTER TABLE "RecoveryCodes" ADD COLUMN "pending" BOOLEAN NOT NULL DEFAULT FALSE',
  )
}

export async function down(queryInterface: QueryInterface) {
  await queryInterface.sequelize.query('DELETE FROM "RecoveryCodes" WHERE "pending"')
  await queryInterface.sequelize.query('ALTER TABLE "RecoveryCodes" DROP COLUMN "pending"')
}
