import type { QueryInterface } from 'sequelize'

/** The overview counts failed mails along it, while many others wait. */
export async function up({ sequelize }: QueryInterface) {
  await sequelize.query('CREATE INDEX "failed_mails" ON "Mails" ("failedAt") WHERE "failedAt" IS NOT NULL')
}

export async function down({ sequelize }: QueryInterface) {
  await sequelize.query('DROP INDEX "failed_mails"')
}
