import type { QueryInterface } from 'sequelize'

const SHOWN = '"email", "name", "username", "disabledAt", "passwordHash"'

/** A cached principal says whether its address is verified, so that a change of that has to invalidate it. */
export const up = (queryInterface: QueryInterface) => replaceTrigger(queryInterface, `${SHOWN}, "emailVerifiedAt"`)

export const down = (queryInterface: QueryInterface) => replaceTrigger(queryInterface, SHOWN)

async function replaceTrigger({ sequelize }: QueryInterface, columns: string) {
  if (sequelize.getDialect() === 'postgres') {
    await sequelize.query('DROP TRIGGER latchkey_invalidate ON "Users"')
    await sequelize.query(
      `CREATE TRIGGER latchkey_invalidate AFTER UPDATE OF ${columns} OR DELETE ON "Users" FOR EACH ROW EXECUTE FUNCTION latchkey_invalidate()`,
    )
    return
  }
  const now = "strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')"
  await sequelize.query('DROP TRIGGER "latchkey_invalidate_user_changed"')
  await sequelize.query(`CREATE TRIGGER "latchkey_invalidate_user_changed" AFTER UPDATE OF ${columns} ON "Users"
      BEGIN INSERT INTO "Invalidations" ("payload", "createdAt") VALUES ('user:' || OLD."id", ${now}); END`)
}
