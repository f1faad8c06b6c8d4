import { DataTypes, type QueryInterface } from 'sequelize'

/**
 * The end of a session, for whatever reason and by whatever statement, deletes what applications hold of it, and each deleted grant of an
 * application that wants to know leaves a notice: all in the transaction that ends the session.
 */
export async function up(queryInterface: QueryInterface) {
  await queryInterface.createTable('LogoutNotices', {
    clientId: { type: DataTypes.STRING(255), primaryKey: true },
    sessionId: { type: DataTypes.UUID, primaryKey: true },
    userId: { type: DataTypes.UUID, allowNull: true },
    attempts: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    nextAttemptAt: { type: DataTypes.DATE, allowNull: false },
    failedAt: { type: DataTypes.DATE, allowNull: true },
    lastError: { type: DataTypes.STRING(255), allowNull: true },
    createdAt: { type: DataTypes.DATE, allowNull: false },
  })
  await queryInterface.addIndex('LogoutNotices', ['nextAttemptAt', 'createdAt', 'clientId'])
  await queryInterface.addIndex('LogoutNotices', ['createdAt'])
  if (queryInterface.sequelize.getDialect() === 'postgres') await postgresTriggers(queryInterface)
  else await sqliteTriggers(queryInterface)
}

export async function down(queryInterface: QueryInterface) {
  const { sequelize } = queryInterface
  if (sequelize.getDialect() === 'postgres') {
    await sequelize.query('DROP TRIGGER latchkey_session_ended ON "Sessions"')
    await sequelize.query('DROP TRIGGER latchkey_session_deleted ON "Sessions"')
    await sequelize.query('DROP TRIGGER latchkey_user_disabled ON "Users"')
    await sequelize.query('DROP TRIGGER latchkey_grant_deleted ON "OidcArtifacts"')
    for (const name of ['latchkey_end_grants', 'latchkey_queue_logout'])
      await sequelize.query(`DROP FUNCTION ${name}()`)
  } else {
    for (const name of ['session_ended', 'session_deleted', 'user_disabled', 'grant_deleted'])
      await sequelize.query(`DROP TRIGGER "latchkey_logout_${name}"`)
  }
  await queryInterface.dropTable('LogoutNotices')
}

/** A request that waits for its user goes on after another sign-in. */
const HELD = `"kind" <> 'Interaction'`
const ENDED = 'OLD."endedAt" IS NULL AND NEW."endedAt" IS NOT NULL'
const DISABLED = 'OLD."disabledAt" IS NULL AND NEW."disabledAt" IS NOT NULL'

/** Due since 1970, so that no clock of another machine delays it; a notice under way counts as not sent. */
const EPOCH = "'1970-01-01 00:00:00.000 +00:00'"
const queue = (now: string, type: string) => `
  INSERT INTO "LogoutNotices" ("clientId", "sessionId", "userId", "attempts", "nextAttemptAt", "createdAt")
  SELECT OLD."clientId", OLD."sessionId", OLD."userId", 0, CAST(${EPOCH} AS ${type}), ${now} FROM "Clients"
  WHERE "id" = OLD."clientId" AND "backchannelLogoutUri" IS NOT NULL AND OLD."sessionId" IS NOT NULL
  ON CONFLICT ("clientId", "sessionId") DO UPDATE SET "attempts" = 0, "nextAttemptAt" = excluded."nextAttemptAt",
    "createdAt" = excluded."createdAt", "failedAt" = NULL`

async function postgresTriggers({ sequelize }: QueryInterface) {
  await sequelize.query(`
    CREATE FUNCTION latchkey_end_grants() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_TABLE_NAME = 'Users' THEN DELETE FROM "OidcArtifacts" WHERE "userId" = OLD."id" AND ${HELD};
      ELSE DELETE FROM "OidcArtifacts" WHERE "sessionId" = OLD."publicId" AND ${HELD};
      END IF;
      RETURN NULL;
    END $$`)
  await sequelize.query(`
    CREATE FUNCTION latchkey_queue_logout() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      ${queue('now()', 'timestamptz')};
      RETURN NULL;
    END $$`)
  const trigger = (name: string, event: string, condition: string, run: string) =>
    sequelize.query(`CREATE TRIGGER ${name} AFTER ${event} FOR EACH ROW WHEN (${condition}) EXECUTE FUNCTION ${run}()`)
  await trigger('latchkey_session_ended', 'UPDATE OF "endedAt" ON "Sessions"', ENDED, 'latchkey_end_grants')
  await trigger('latchkey_session_deleted', 'DELETE ON "Sessions"', 'OLD."endedAt" IS NULL', 'latchkey_end_grants')
  await trigger('latchkey_user_disabled', 'UPDATE OF "disabledAt" ON "Users"', DISABLED, 'latchkey_end_grants')
  await trigger('latchkey_grant_deleted', 'DELETE ON "OidcArtifacts"', `OLD."kind" = 'Grant'`, 'latchkey_queue_logout')
}

async function sqliteTriggers({ sequelize }: QueryInterface) {
  const trigger = (name: string, event: string, condition: string, statement: string) =>
    sequelize.query(`CREATE TRIGGER "latchkey_logout_${name}" AFTER ${event} WHEN ${condition} BEGIN ${statement}; END`)
  const ofSession = `DELETE FROM "OidcArtifacts" WHERE "sessionId" = OLD."publicId" AND ${HELD}`
  const ofUser = `DELETE FROM "OidcArtifacts" WHERE "userId" = OLD."id" AND ${HELD}`
  await trigger('session_ended', 'UPDATE OF "endedAt" ON "Sessions"', ENDED, ofSession)
  await trigger('session_deleted', 'DELETE ON "Sessions"', 'OLD."endedAt" IS NULL', ofSession)
  await trigger('user_disabled', 'UPDATE OF "disabledAt" ON "Users"', DISABLED, ofUser)
  const now = "strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')"
  await trigger('grant_deleted', 'DELETE ON "OidcArtifacts"', `OLD."kind" = 'Grant'`, queue(now, 'text'))
}
