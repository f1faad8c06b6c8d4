import type { QueryInterface } from 'sequelize'

/** What "My applications" reads along. */
export async function up({ sequelize }: QueryInterface) {
  await sequelize.query(
    'CREATE INDEX "launchable_clients" ON "Clients" ("name", "id") WHERE "launchUrl" IS NOT NULL AND "disabledAt" IS NULL',
  )
}

export async function down({ sequelize }: QueryInterface) {
  await sequelize.query('DROP INDEX "launchable_clients"')
}
