import { DataTypes, type QueryInterface } from 'sequelize'

/** Tokens and keys, and the triggers that announce what no cached principal may outlive, as those of 20261121000003 do. */
export async function up(queryInterface: QueryInterface) {
  const time = (allowNull: boolean) => ({ type: DataTypes.DATE, allowNull })

  await queryInterface.createTable('ApiTokens', {
    id: { type: DataTypes.STRING(16), primaryKey: true },
    userId: { type: DataTypes.UUID, allowNull: false, references: { model: 'Users', key: 'id' }, onDelete: 'CASCADE' },
    tokenHash: { type: DataTypes.STRING(64), allowNull: false },
    name: { type: DataTypes.STRING(100), allowNull: false },
    scopes: { type: DataTypes.JSON, allowNull: false },
    expires: time(false),
    lastUsedAt: time(true),
    createdAt: time(false),
  })
  await queryInterface.addIndex('ApiTokens', ['userId'])
  await queryInterface.createTable('SigningKeys', {
    serial: { type: DataTypes.INTEGER, primaryKey: true },
    kid: { type: DataTypes.STRING(43), allowNull: false, unique: true },
    publicJwk: { type: DataTypes.TEXT, allowNull: false },
    sealedJwk: { type: DataTypes.TEXT, allowNull: true },
    createdAt: time(false),
    retiredAt: time(true),
  })
  if (queryInterface.sequelize.getDialect() === 'postgres') await postgresTriggers(queryInterface)
  else await sqliteTriggers(queryInterface)
}

/** The triggers go with their tables. */
export async function down(queryInterface: QueryInterface) {
  await queryInterface.dropTable('SigningKeys')
  await queryInterface.dropTable('ApiTokens')
  if (queryInterface.sequelize.getDialect() !== 'postgres') return
  await queryInterface.sequelize.query('DROP FUNCTION latchkey_invalidate_token()')
  await queryInterface.sequelize.query('DROP FUNCTION latchkey_invalidate_keys()')
}

/** Not `lastUsedAt`: use takes nothing from a token. */
const WHAT_A_TOKEN_MAY = '"userId", "tokenHash", "scopes", "expires"'

async function postgresTriggers({ sequelize }: QueryInterface) {
  const notify = (name: string, payload: string) =>
    sequelize.query(`
      CREATE FUNCTION latchkey_invalidate_${name}() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('latchkey_invalidation', ${payload});
        RETURN NULL;
      END $$`)
  const trigger = (table: string, events: string, name: string) =>
    sequelize.query(`CREATE TRIGGER latchkey_invalidate AFTER ${events} ON "${table}"
      FOR EACH ROW EXECUTE FUNCTION latchkey_invalidate_${name}()`)
  await notify('token', `'token:' || OLD."id"`)
  await notify('keys', "'keys'")
  await trigger('ApiTokens', `UPDATE OF ${WHAT_A_TOKEN_MAY} OR DELETE`, 'token')
  await trigger('SigningKeys', 'INSERT OR UPDATE OF "retiredAt", "publicJwk" OR DELETE', 'keys')
}

async function sqliteTriggers({ sequelize }: QueryInterface) {
  const now = "strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')"
  const trigger = (name: string, when: string, payload: string) =>
    sequelize.query(`CREATE TRIGGER "latchkey_invalidate_${name}" AFTER ${when}
      BEGIN INSERT INTO "Invalidations" ("payload", "createdAt") VALUES (${payload}, ${now}); END`)
  await trigger('token_changed', `UPDATE OF ${WHAT_A_TOKEN_MAY} ON "ApiTokens"`, `'token:' || OLD."id"`)
  await trigger('token_deleted', 'DELETE ON "ApiTokens"', `'token:' || OLD."id"`)
  await trigger('key_made', 'INSERT ON "SigningKeys"', "'keys'")
  await trigger('key_changed', 'UPDATE OF "retiredAt", "publicJwk" ON "SigningKeys"', "'keys'")
  await trigger('key_deleted', 'DELETE ON "SigningKeys"', "'keys'")
}
