import { type QueryInterface, QueryTypes, type Sequelize } from 'sequelize'

/** SQLite has to replace the table: with foreign keys on, dropping the old one would delete all that refers to it. */
export const foreignKeys = 'off'

/** Someone who signs in through another provider may have no email address. */
export async function up({ sequelize }: QueryInterface) {
  const postgres = sequelize.getDialect() === 'postgres'
  if (postgres) await sequelize.query('ALTER TABLE "Users" ALTER COLUMN "email" DROP NOT NULL')
  else await rebuildUsers(sequelize, { from: `${COLUMN} NOT NULL`, to: COLUMN })
  // SQLite would otherwise prefer the unique index over addresses, and sort what it finds there.
  const columns = postgres ? '"id"' : '"email", "id"'
  for (const { name, where } of INDEXES)
    await sequelize.query(`CREATE INDEX "${name}" ON "Users" (${columns}) WHERE ${where}`)
}

/** @throws if a user has no email address */
export async function down({ sequelize }: QueryInterface) {
  const found = await select<{ users: number | string }>(
    sequelize,
    'SELECT COUNT(*) AS "users" FROM "Users" WHERE "email" IS NULL',
  )
  const users = Number(found[0]?.users)
  if (users > 0) throw new Error(`Users without an email address: ${users}. Give each an address or delete it first`)
  for (const { name } of INDEXES) await sequelize.query(`DROP INDEX "${name}"`)
  if (sequelize.getDialect() === 'postgres')
    await sequelize.query('ALTER TABLE "Users" ALTER COLUMN "email" SET NOT NULL')
  else await rebuildUsers(sequelize, { from: COLUMN, to: `${COLUMN} NOT NULL` })
}

/** Lists by address end with those who have none. */
const INDEXES = [
  { name: 'users_without_email', where: '"email" IS NULL' },
  { name: 'disabled_users_without_email', where: '"email" IS NULL AND "disabledAt" IS NOT NULL' },
]

const COLUMN = '`email` VARCHAR(254)'

type Part = { type: 'table' | 'index' | 'trigger'; sql: string }

/** The procedure of https://www.sqlite.org/lang_altertable.html#otheralter, which keeps columns, indexes and triggers of others. */
async function rebuildUsers(sequelize: Sequelize, { from, to }: { from: string; to: string }) {
  const [setting] = await select<{ foreign_keys: number }>(sequelize, 'PRAGMA foreign_keys')
  if (setting?.foreign_keys !== 0) throw new Error('Foreign keys are on')
  const violations = await countViolations(sequelize)
  const parts = await select<Part>(
    sequelize,
    `SELECT "type", "sql" FROM "sqlite_schema" WHERE "tbl_name" = 'Users' AND "sql" IS NOT NULL ORDER BY "rowid"`,
  )
  const before = parts.find(({ type }) => type === 'table')?.sql ?? ''
  if (before.split(from).length !== 2) throw new Error(`The table Users has no column ${from}`)
  const definition = before.replace(from, to)
  await sequelize.query(`CREATE TABLE "RebuiltUsers" ${definition.slice(definition.indexOf('('))}`)
  await sequelize.query('INSERT INTO "RebuiltUsers" SELECT * FROM "Users"')
  await sequelize.query('DROP TABLE "Users"')
  // Otherwise views and triggers elsewhere that name the dropped table would refuse the new name.
  await sequelize.query('PRAGMA legacy_alter_table = ON')
  await sequelize.query('ALTER TABLE "RebuiltUsers" RENAME TO "Users"')
  await sequelize.query('PRAGMA legacy_alter_table = OFF')
  for (const { type, sql } of parts) if (type !== 'table') await sequelize.query(sql)
  if ((await countViolations(sequelize)) !== violations) throw new Error('Foreign keys would be violated')
}

/** An operator's own SQL may have left some behind. */
async function countViolations(sequelize: Sequelize) {
  const [row] = await select<{ count: number }>(sequelize, 'SELECT COUNT(*) AS "count" FROM pragma_foreign_key_check')
  return row?.count
}

function select<Row extends object>(sequelize: Sequelize, sql: string) {
  return sequelize.query<Row>(sql, { type: QueryTypes.SELECT })
}
