import { DataTypes, type QueryInterface } from 'sequelize'

export async function up(queryInterface: QueryInterface) {
  const { sequelize } = queryInterface
  await queryInterface.createTable('AuditAnchors', {
    id: { type: DataTypes.INTEGER, primaryKey: true },
    seq: { type: DataTypes.BIGINT, allowNull: false },
    hash: { type: DataTypes.STRING(44), allowNull: false },
    mac: { type: DataTypes.STRING(44), allowNull: false },
    keyId: { type: DataTypes.STRING(8), allowNull: false },
  })
  // The row that appenders lock: were it made by the first of them, two at once could both be the first.
  await sequelize.query(`INSERT INTO "AuditHeads" ("id", "seq", "hash", "mac", "keyId")
    SELECT 1, 0, '', '', '' WHERE NOT EXISTS (SELECT 1 FROM "AuditHeads" WHERE "id" = 1)`)
  for (const sql of sequelize.getDialect() === 'postgres' ? POSTGRES_TRIGGERS : SQLITE_TRIGGERS)
    await sequelize.query(sql)
}

export async function down(queryInterface: QueryInterface) {
  const { sequelize } = queryInterface
  for (const sql of sequelize.getDialect() === 'postgres' ? POSTGRES_UNDO : SQLITE_UNDO) await sequelize.query(sql)
  await sequelize.query(`DELETE FROM "AuditHeads" WHERE "id" = 1 AND "seq" = 0`)
  await queryInterface.dropTable('AuditAnchors')
}

const SQLITE_TRIGGERS = [
  `CREATE TRIGGER "audit_events_never_change" BEFORE UPDATE ON "AuditEvents"
    BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END`,
]

const SQLITE_UNDO = ['DROP TRIGGER "audit_events_never_change"']

const POSTGRES_TRIGGERS = [
  `CREATE FUNCTION audit_events_never_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'audit events are never changed'; END $$`,
  `CREATE TRIGGER audit_events_never_change BEFORE UPDATE OR TRUNCATE ON "AuditEvents"
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_never_change()`,
]

const POSTGRES_UNDO = [
  'DROP TRIGGER audit_events_never_change ON "AuditEvents"',
  'DROP FUNCTION audit_events_never_change()',
]
