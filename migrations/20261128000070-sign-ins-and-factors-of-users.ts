import { DataTypes, type QueryInterface, type Sequelize } from 'sequelize'

/**
 * When each user last signed in, and whether they have a second factor, so that lists show, sort and filter by it along an index.
 * The database keeps the second, because factors change in many places.
 */
export async function up(queryInterface: QueryInterface) {
  const { sequelize } = queryInterface
  await queryInterface.addColumn('Users', 'lastSignInAt', { type: DataTypes.DATE, allowNull: true })
  await queryInterface.addColumn('Users', 'secondFactor', {
    type: DataTypes.BOOLEAN,
    allowNull: false,
    defaultValue: false,
  })
  const postgres = sequelize.getDialect() === 'postgres'
  await fill(sequelize, postgres ? `"at"::timestamptz` : `replace(replace("at", 'T', ' '), 'Z', ' +00:00')`)
  for (const { name, columns, where } of INDEXES)
    await sequelize.query(`CREATE INDEX "${name}" ON "Users" (${columns}) ${where}`)
  for (const sql of postgres ? POSTGRES : SQLITE) await sequelize.query(sql)
}

export async function down(queryInterface: QueryInterface) {
  const { sequelize } = queryInterface
  const postgres = sequelize.getDialect() === 'postgres'
  for (const sql of postgres ? POSTGRES_DOWN : SQLITE_DOWN) await sequelize.query(sql)
  for (const { name } of INDEXES) await sequelize.query(`DROP INDEX "${name}"`)
  // Sequelize would replace the table on SQLite, and lose what a fork added to it.
  for (const column of ['secondFactor', 'lastSignInAt'])
    await sequelize.query(`ALTER TABLE "Users" DROP COLUMN "${column}"`)
}

const INDEXES = [
  { name: 'users_by_last_sign_in', columns: '"lastSignInAt", "id"', where: '' },
  {
    name: 'disabled_users_by_last_sign_in',
    columns: '"lastSignInAt", "id"',
    where: 'WHERE "disabledAt" IS NOT NULL',
  },
  { name: 'users_by_second_factor', columns: '"secondFactor", "createdAt", "id"', where: '' },
  { name: 'unconfirmed_users_by_created_at', columns: '"createdAt", "id"', where: 'WHERE "emailVerifiedAt" IS NULL' },
]

/** @param at SQL for the time of an event as a column holds it */
async function fill(sequelize: Sequelize, at: string) {
  await sequelize.query(`UPDATE "Users" SET "lastSignInAt" = COALESCE(
    (SELECT MAX(${at}) FROM "AuditEvents" WHERE "userId" = "Users"."id" AND "event" = 'authn_login_success'),
    "firstSignInAt")`)
  await sequelize.query(`UPDATE "Users" SET "secondFactor" = TRUE WHERE "id" IN (
    SELECT "userId" FROM "Passkeys" UNION SELECT "userId" FROM "TotpSecrets" WHERE "confirmedAt" IS NOT NULL)`)
}

const note = (user: string) => `
  UPDATE "Users" SET "secondFactor" =
    EXISTS (SELECT 1 FROM "Passkeys" WHERE "userId" = ${user})
    OR EXISTS (SELECT 1 FROM "TotpSecrets" WHERE "userId" = ${user} AND "confirmedAt" IS NOT NULL)
  WHERE "id" = ${user};`

/** What starts it; a secret that nobody confirmed is no factor. */
const CHANGES = [
  { name: 'passkey_added', when: 'INSERT ON "Passkeys"', condition: '', row: 'NEW' },
  { name: 'passkey_removed', when: 'DELETE ON "Passkeys"', condition: '', row: 'OLD' },
  { name: 'app_added', when: 'INSERT ON "TotpSecrets"', condition: 'NEW."confirmedAt" IS NOT NULL', row: 'NEW' },
  { name: 'app_confirmed', when: 'UPDATE OF "confirmedAt" ON "TotpSecrets"', condition: '', row: 'NEW' },
  { name: 'app_removed', when: 'DELETE ON "TotpSecrets"', condition: 'OLD."confirmedAt" IS NOT NULL', row: 'OLD' },
]

const SQLITE = CHANGES.map(
  ({ name, when, condition, row }) =>
    `CREATE TRIGGER "latchkey_${name}" AFTER ${when} ${condition && `WHEN ${condition}`} BEGIN ${note(`${row}."userId"`)} END`,
)
const SQLITE_DOWN = CHANGES.map(({ name }) => `DROP TRIGGER "latchkey_${name}"`)

const POSTGRES = [
  `CREATE FUNCTION latchkey_note_second_factor() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE person uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD."userId" ELSE NEW."userId" END;
    BEGIN ${note('person')} RETURN NULL; END $$`,
  ...CHANGES.map(
    ({ name, when, condition }) =>
      `CREATE TRIGGER latchkey_${name} AFTER ${when} FOR EACH ROW ${condition && `WHEN (${condition})`}
        EXECUTE FUNCTION latchkey_note_second_factor()`,
  ),
]
const POSTGRES_DOWN = [
  ...CHANGES.map(({ name, when }) => `DROP TRIGGER latchkey_${name} ON ${when.split(' ON ')[1]}`),
  'DROP FUNCTION latchkey_note_second_factor()',
]
