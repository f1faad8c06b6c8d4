import { type QueryInterface, QueryTypes } from 'sequelize'

/** How many users are read at a time. */
const BATCH = 5000

/**
 * What each list of users is read along: an index for each order, the same for the few that are disabled, the holders of a role by the
 * time of the grant, and the texts that a user is found by.
 */
export async function up(queryInterface: QueryInterface) {
  const { sequelize } = queryInterface
  for (const { name, columns, where } of INDEXES)
    await sequelize.query(`CREATE INDEX "${name}" ON "Users" (${columns}) ${where}`)
  await sequelize.query('CREATE INDEX "user_roles_by_grant" ON "UserRoles" ("roleId", "createdAt", "userId")')
  await queryInterface.removeIndex('UserRoles', ['roleId'])
  if (sequelize.getDialect() === 'postgres') await fillPostgres(queryInterface)
  else await fillSqlite(queryInterface)
  await sequelize.query('CREATE INDEX "user_search_keys_user_id" ON "UserSearchKeys" ("userId")')
}

export async function down(queryInterface: QueryInterface) {
  await queryInterface.dropTable('UserSearchKeys')
  await queryInterface.addIndex('UserRoles', ['roleId'])
  for (const name of ['user_roles_by_grant', ...INDEXES.map(each => each.name)])
    await queryInterface.sequelize.query(`DROP INDEX "${name}"`)
}

const DISABLED = 'WHERE "disabledAt" IS NOT NULL'

const INDEXES = [
  { name: 'users_by_name', columns: '"name", "id"', where: '' },
  { name: 'users_by_created_at', columns: '"createdAt", "id"', where: '' },
  { name: 'disabled_users_by_email', columns: '"email"', where: DISABLED },
  { name: 'disabled_users_by_name', columns: '"name", "id"', where: DISABLED },
  { name: 'disabled_users_by_created_at', columns: '"createdAt", "id"', where: DISABLED },
]

/** The primary key comes after the rows: sorting them once is many times faster than finding the place of each. */
async function fillPostgres(queryInterface: QueryInterface) {
  const { sequelize } = queryInterface
  // By bytes, so that a prefix is a range whatever the collation of the database is.
  await sequelize.query(`CREATE TABLE "UserSearchKeys" (
    "key" VARCHAR(64) COLLATE "C" NOT NULL,
    "userId" UUID NOT NULL REFERENCES "Users" ("id") ON DELETE CASCADE)`)
  for await (const keys of keysOfAll(queryInterface))
    await sequelize.query(
      `INSERT INTO "UserSearchKeys" SELECT "pair"->>0, ("pair"->>1)::uuid FROM json_array_elements($keys::json) AS t("pair")`,
      { bind: { keys } },
    )
  await sequelize.query('ALTER TABLE "UserSearchKeys" ADD PRIMARY KEY ("key", "userId")')
}

/** For the same reason the rows come sorted into a table that is its own primary key. */
async function fillSqlite(queryInterface: QueryInterface) {
  const { sequelize } = queryInterface
  await sequelize.query('CREATE TEMPORARY TABLE "UnsortedKeys" ("key" TEXT, "userId" TEXT)')
  for await (const keys of keysOfAll(queryInterface))
    await sequelize.query(`INSERT INTO "UnsortedKeys" SELECT "value"->>0, "value"->>1 FROM json_each($keys)`, {
      bind: { keys },
    })
  await sequelize.query(`CREATE TABLE "UserSearchKeys" (
    "key" VARCHAR(64) NOT NULL,
    "userId" UUID NOT NULL REFERENCES "Users" ("id") ON DELETE CASCADE,
    PRIMARY KEY ("key", "userId")) WITHOUT ROWID`)
  await sequelize.query('INSERT INTO "UserSearchKeys" SELECT * FROM "UnsortedKeys" ORDER BY "key", "userId"')
  await sequelize.query('DROP TABLE "UnsortedKeys"')
}

type Named = { id: string; email: string; username: string | null; name: string }

/** A batch of users at a time: `[[key, user id], ...]` as JSON. */
async function* keysOfAll({ sequelize }: QueryInterface) {
  for (let last = '00000000-0000-0000-0000-000000000000'; ; ) {
    const users = await sequelize.query<Named>(
      `SELECT "id", "email", "username", "name" FROM "Users" WHERE "id" > :last ORDER BY "id" LIMIT ${BATCH}`,
      { replacements: { last }, type: QueryTypes.SELECT },
    )
    yield JSON.stringify(users.flatMap(user => keysOf(user).map(key => [key, user.id])))
    last = users.at(-1)?.id ?? ''
    if (users.length < BATCH) return
  }
}

/** As models/user-search-key.ts had it when this was written. */
function keysOf({ email, username, name }: Named) {
  const whole = folded(name)
  const fromEachWord = [...whole.matchAll(/[^\s-]+/g)].slice(0, 8).map(({ index }) => whole.slice(index))
  const keys = [email, username ?? '', ...fromEachWord].map(text => [...folded(text)].slice(0, 64).join(''))
  return [...new Set(keys)].filter(Boolean)
}

function folded(text: string) {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll(/\s+/g, ' ').trim().toLowerCase()
}
