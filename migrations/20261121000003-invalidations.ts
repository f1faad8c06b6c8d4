import { DataTypes, type QueryInterface } from 'sequelize'

/**
 * Announces, inside the committing transaction, every change that a cached session must not outlive: the server's own, the CLI's and
 * an operator's SQL alike. PostgreSQL notifies; SQLite, which cannot, writes a row that the other process reads (src/invalidation/).
 */
export async function up(queryInterface: QueryInterface) {
  if (queryInterface.sequelize.getDialect() === 'postgres') await postgresTriggers(queryInterface)
  else await sqliteTriggers(queryInterface)
}

export async function down(queryInterface: QueryInterface) {
  if (queryInterface.sequelize.getDialect() === 'postgres') {
    for (const table of ['Sessions', 'Users', 'UserRoles', 'Roles'])
      await queryInterface.sequelize.query(`DROP TRIGGER IF EXISTS latchkey_invalidate ON "${table}"`)
    await queryInterface.sequelize.query('DROP FUNCTION IF EXISTS latchkey_invalidate()')
    return
  }
  const named = '"name" LIKE \'latchkey_invalidate_%\''
  const [triggers] = await queryInterface.sequelize.query(
    `SELECT "name" FROM "sqlite_master" WHERE "type" = 'trigger' AND ${named}`,
  )
  for (const trigger of triggers as { name: string }[])
    await queryInterface.sequelize.query(`DROP TRIGGER "${trigger.name}"`)
  await queryInterface.dropTable('Invalidations')
}

/** The columns of a user that a cached session carries, and the password that it was proven by. */
const SHOWN_OF_USER = '"email", "name", "username", "disabledAt", "passwordHash"'

async function postgresTriggers(queryInterface: QueryInterface) {
  await queryInterface.sequelize.query(`
    CREATE FUNCTION latchkey_invalidate() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      gone boolean := TG_OP = 'DELETE';
      payload text;
    BEGIN
      IF TG_TABLE_NAME = 'Sessions' THEN
        IF gone THEN
          IF OLD."endedAt" IS NOT NULL OR OLD."expires" < now() THEN RETURN NULL; END IF;
          payload := 'session:' || OLD."publicId";
        ELSE
          IF OLD."endedAt" IS NOT DISTINCT FROM NEW."endedAt" AND OLD."version" = NEW."version" AND OLD."sid" = NEW."sid"
            AND OLD."renew" = NEW."renew" AND NEW."expires" >= OLD."expires" THEN RETURN NULL; END IF;
          payload := 'session:' || NEW."publicId";
        END IF;
      ELSIF TG_TABLE_NAME = 'Users' THEN
        payload := 'user:' || OLD."id";
      ELSIF TG_TABLE_NAME = 'UserRoles' THEN
        payload := 'user:' || CASE WHEN gone THEN OLD."userId" ELSE NEW."userId" END;
      ELSE
        payload := 'everything';
      END IF;
      PERFORM pg_notify('latchkey_invalidation', payload);
      RETURN NULL;
    END $$`)
  const trigger = (table: string, events: string) =>
    queryInterface.sequelize.query(
      `CREATE TRIGGER latchkey_invalidate AFTER ${events} ON "${table}" FOR EACH ROW EXECUTE FUNCTION latchkey_invalidate()`,
    )
  await trigger('Sessions', 'UPDATE OR DELETE')
  await trigger('Users', `UPDATE OF ${SHOWN_OF_USER} OR DELETE`)
  await trigger('UserRoles', 'INSERT OR UPDATE OR DELETE')
  await trigger('Roles', 'UPDATE OR DELETE')
}

async function sqliteTriggers(queryInterface: QueryInterface) {
  await queryInterface.createTable('Invalidations', {
    id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
    payload: { type: DataTypes.TEXT, allowNull: false },
    createdAt: { type: DataTypes.DATE, allowNull: false },
  })
  const now = "strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')"
  const trigger = (name: string, when: string, payload: string) =>
    queryInterface.sequelize.query(`CREATE TRIGGER "latchkey_invalidate_${name}" AFTER ${when}
      BEGIN INSERT INTO "Invalidations" ("payload", "createdAt") VALUES (${payload}, ${now}); END`)

  await trigger(
    'session_changed',
    `UPDATE ON "Sessions" WHEN OLD."endedAt" IS NOT NEW."endedAt" OR OLD."version" <> NEW."version" OR OLD."sid" <> NEW."sid"
      OR OLD."renew" <> NEW."renew" OR NEW."expires" < OLD."expires"`,
    `'session:' || NEW."publicId"`,
  )
  await trigger(
    'session_deleted',
    `DELETE ON "Sessions" WHEN OLD."endedAt" IS NULL AND OLD."expires" > ${now}`,
    `'session:' || OLD."publicId"`,
  )
  await trigger('user_changed', `UPDATE OF ${SHOWN_OF_USER} ON "Users"`, `'user:' || OLD."id"`)
  await trigger('user_deleted', 'DELETE ON "Users"', `'user:' || OLD."id"`)
  await trigger('role_granted', 'INSERT ON "UserRoles"', `'user:' || NEW."userId"`)
  await trigger('role_regranted', 'UPDATE ON "UserRoles"', `'user:' || NEW."userId"`)
  await trigger('role_revoked', 'DELETE ON "UserRoles"', `'user:' || OLD."userId"`)
  await trigger('role_changed', 'UPDATE ON "Roles"', "'everything'")
  await trigger('role_deleted', 'DELETE ON "Roles"', "'everything'")
}
