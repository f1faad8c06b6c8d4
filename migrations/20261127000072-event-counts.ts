import { DataTypes, type QueryInterface } from 'sequelize'

/** How often each event was recorded on each day (UTC), counted as it is recorded: the overview would count a million events otherwise. */
export async function up(queryInterface: QueryInterface) {
  const { sequelize } = queryInterface
  await queryInterface.createTable('EventCounts', {
    day: { type: DataTypes.STRING(10), primaryKey: true },
    event: { type: DataTypes.STRING(48), primaryKey: true },
    count: { type: DataTypes.INTEGER, allowNull: false },
  })
  await sequelize.query(`INSERT INTO "EventCounts" ("day", "event", "count")
    SELECT substr("at", 1, 10), "event", count(*) FROM "AuditEvents" GROUP BY substr("at", 1, 10), "event"`)
  for (const sql of sequelize.getDialect() === 'postgres' ? POSTGRES : SQLITE) await sequelize.query(sql)
}

export async function down(queryInterface: QueryInterface) {
  const { sequelize } = queryInterface
  if (sequelize.getDialect() === 'postgres') {
    await sequelize.query('DROP TRIGGER latchkey_count_event ON "AuditEvents"')
    await sequelize.query('DROP FUNCTION latchkey_count_event()')
  } else await sequelize.query('DROP TRIGGER "latchkey_count_event"')
  await queryInterface.dropTable('EventCounts')
}

/** Events take turns already, by the lock on the chain's head, so none waits for this row longer. */
const COUNT = `
  INSERT INTO "EventCounts" ("day", "event", "count") VALUES (substr(NEW."at", 1, 10), NEW."event", 1)
    ON CONFLICT ("day", "event") DO UPDATE SET "count" = "EventCounts"."count" + 1;`

const SQLITE = [`CREATE TRIGGER "latchkey_count_event" AFTER INSERT ON "AuditEvents" BEGIN ${COUNT} END`]

const POSTGRES = [
  `CREATE FUNCTION latchkey_count_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${COUNT} RETURN NULL; END $$`,
  `CREATE TRIGGER latchkey_count_event AFTER INSERT ON "AuditEvents"
    FOR EACH ROW EXECUTE FUNCTION latchkey_count_event()`,
]
