import type { QueryInterface } from 'sequelize'

/**
 * What recovery has to know: which link and sign-in began before it, who sent an invitation, which factors and devices were the
 * owner's before. Factors of today count as the owner's; devices become it a week after their first sign-in.
 */
export async function up({ sequelize }: QueryInterface) {
  const postgres = sequelize.getDialect() === 'postgres'
  const timestamp = postgres ? 'TIMESTAMP WITH TIME ZONE' : 'DATETIME'
  await sequelize.query('ALTER TABLE "Users" ADD COLUMN "securityVersion" INTEGER NOT NULL DEFAULT 0')
  await sequelize.query(`ALTER TABLE "Users" ADD COLUMN "reviewSince" ${timestamp}`)
  await sequelize.query('ALTER TABLE "OneTimeLinks" ADD COLUMN "securityVersion" INTEGER')
  await sequelize.query(`ALTER TABLE "OneTimeLinks" ADD COLUMN "factors" ${postgres ? 'JSON' : 'TEXT'}`)
  await sequelize.query('ALTER TABLE "OneTimeLinks" ADD COLUMN "invitedBy" UUID')
  await sequelize.query('CREATE INDEX "one_time_links_invited_by" ON "OneTimeLinks" ("invitedBy")')
  await sequelize.query(`ALTER TABLE "Devices" ADD COLUMN "ownersFrom" ${timestamp}`)
  await sequelize.query(
    postgres
      ? `UPDATE "Devices" SET "ownersFrom" = "createdAt" + INTERVAL '7 days'`
      : `UPDATE "Devices" SET "ownersFrom" = strftime('%Y-%m-%d %H:%M:%f +00:00', "createdAt", '+7 days')`,
  )
  for (const table of ['TotpSecrets', 'Passkeys', 'RecoveryCodes'])
    await sequelize.query(`ALTER TABLE "${table}" ADD COLUMN "establishedAt" ${timestamp}`)
  await sequelize.query('UPDATE "TotpSecrets" SET "establishedAt" = "confirmedAt"')
  await sequelize.query('UPDATE "Passkeys" SET "establishedAt" = "createdAt"')
  await sequelize.query('UPDATE "RecoveryCodes" SET "establishedAt" = "createdAt"')
}

export async function down({ sequelize }: QueryInterface) {
  for (const table of ['RecoveryCodes', 'Passkeys', 'TotpSecrets'])
    await sequelize.query(`ALTER TABLE "${table}" DROP COLUMN "establishedAt"`)
  await sequelize.query('ALTER TABLE "Devices" DROP COLUMN "ownersFrom"')
  await sequelize.query('DROP INDEX "one_time_links_invited_by"')
  for (const column of ['invitedBy', 'factors', 'securityVersion'])
    await sequelize.query(`ALTER TABLE "OneTimeLinks" DROP COLUMN "${column}"`)
  for (const column of ['reviewSince', 'securityVersion'])
    await sequelize.query(`ALTER TABLE "Users" DROP COLUMN "${column}"`)
}
