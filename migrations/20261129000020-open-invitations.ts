import type { QueryInterface } from 'sequelize'

/** The list of open invitations is read along it. */
export async function up({ sequelize }: QueryInterface) {
  await sequelize.query(
    `CREATE INDEX "open_invitations" ON "OneTimeLinks" ("expires", "id") WHERE "purpose" = 'invitation' AND "usedAt" IS NULL`,
  )
}

export async function down({ sequelize }: QueryInterface) {
  await sequelize.query('DROP INDEX "open_invitations"')
}
