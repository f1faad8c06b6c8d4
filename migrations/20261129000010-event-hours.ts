import { DataTypes, type QueryInterface } from 'sequelize'

/** How often each event was recorded in each hour (UTC), beside the counts by day; only the newest two days are kept. */
export async function up(queryInterface: QueryInterface) {
  const { sequelize } = queryInterface
  await queryInterface.createTable('EventHours', {
    hour: { type: DataTypes.STRING(13), primaryKey: true },
    event: { type: DataTypes.STRING(48), primaryKey: true },
    count: { type: DataTypes.INTEGER, allowNull: false },
  })
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 13)
  await sequelize.query(
    `INSERT INTO "EventHours" ("hour", "event", "count")
      SELECT substr("at", 1, 13), "event", count(*) FROM "AuditEvents" WHERE "at" >= :yesterday GROUP BY substr("at", 1, 13), "event"`,
    { replacements: { yesterday } },
  )
  for (const sql of sequelize.getDialect() === 'postgres' ? POSTGRES : SQLITE) await sequelize.query(sql)
}

export async function down(queryInterface: QueryInterface) {
  const { sequelize } = queryInterface
  if (sequelize.getDialect() === 'postgres') {
    await sequelize.query('DROP TRIGGER latchkey_count_event_of_hour ON "AuditEvents"')
    await sequelize.query('DROP FUNCTION latchkey_count_event_of_hour()')
  } else await sequelize.query('DROP TRIGGER "latchkey_count_event_of_hour"')
  await queryInterface.dropTable('EventHours')
}

const COUNT = `
  INSERT INTO "EventHours" ("hour", "event", "count") VALUES (substr(NEW."at", 1, 13), NEW."event", 1)
    ON CONFLICT ("hour", "event") DO UPDATE SET "count" = "EventHours"."count" + 1;`

const SQLITE = [`CREATE TRIGGER "latchkey_count_event_of_hour" AFTER INSERT ON "AuditEvents" BEGIN ${COUNT} END`]

const POSTGRES = [
  `CREATE FUNCTION latchkey_count_event_of_hour() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${COUNT} RETURN NULL; END $$`,
  `CREATE TRIGGER latchkey_count_event_of_hour AFTER INSERT ON "AuditEvents"
    FOR EACH ROW EXECUTE FUNCTION latchkey_count_event_of_hour()`,
]
