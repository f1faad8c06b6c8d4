import { DataTypes, type QueryInterface } from 'sequelize'

const SHOWN = '"email", "name", "username", "disabledAt", "passwordHash", "emailVerifiedAt"'

/** The language of a user's mails and pages; null if it is not known. A cached session carries it. */
export async function up(queryInterface: QueryInterface) {
  await queryInterface.addColumn('Users', 'language', { type: DataTypes.STRING(8), allowNull: true })
  await replaceTrigger(queryInterface, `${SHOWN}, "language"`)
}

export async function down(queryInterface: QueryInterface) {
  await replaceTrigger(queryInterface, SHOWN)
  // Sequelize would replace the table on SQLite, and lose what a fork added to it.
  await queryInterface.sequelize.query('ALTER TABLE "Users" DROP COLUMN "language"')
}

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
