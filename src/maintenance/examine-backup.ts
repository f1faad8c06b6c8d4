import { Op } from 'sequelize'
import type { Database } from '../../configs/database.ts'
import type { Migrator } from '../../configs/migrations.ts'
import { ApiToken } from '../../models/api-token.ts'
import { AuditEventRow } from '../../models/audit-event.ts'
import { Session, whereLive } from '../../models/session.ts'
import { User } from '../../models/user.ts'
import { countEventsByKey } from '../audit/count-by-key.ts'
import { countByKey } from '../encryption/reseal.ts'
import type { Sealer } from '../encryption/sealer.ts'

/** What is in a backup. */
export type Contents = {
  users: number
  liveSessions: number
  personalTokens: number
  /** Of the last security event, which tells how old the backup is. */
  newestEvent: Date | undefined
  /** Those that were pending. */
  migrations: string[]
}

/** A newer release made the backup. */
export class NewerBackup extends Error {
  override readonly name = 'NewerBackup'
}

/** The backup has values or events under keys that ENCRYPTION_KEYS lacks. */
export class KeysMissing extends Error {
  override readonly name = 'KeysMissing'
}

/** Migrates a loaded backup, and reads what is in it. @throws NewerBackup, KeysMissing, MigrationFailed */
export async function examineBackup(database: Database, migrator: Migrator, sealer: Sealer): Promise<Contents> {
  await demandKnownMigrations(migrator)
  const migrations = await migrator.up()
  await demandKeys(database, sealer)
  const newest = await AuditEventRow.findOne({ attributes: ['at'], order: [['seq', 'DESC']] })
  return {
    users: await User.count(),
    liveSessions: await Session.count({ where: whereLive() }),
    personalTokens: await ApiToken.count({ where: { expires: { [Op.gt]: new Date() } } }),
    newestEvent: newest ? new Date(newest.at) : undefined,
    migrations,
  }
}

async function demandKnownMigrations(migrator: Migrator) {
  const [known, applied] = [await migrator.executed(), await migrator.applied()]
  const unknown = applied.filter(name => !known.includes(name))
  if (unknown.length > 0)
    throw new NewerBackup(`A newer release made it: this one does not know ${unknown.join(', ')}. Use that release.`)
}

async function demandKeys({ sequelize }: Database, sealer: Sealer) {
  const used = [...(await countByKey(sequelize)).keys(), ...(await countEventsByKey()).keys()]
  const missing = [...new Set(used)].filter(id => !sealer.keyIds.includes(id))
  if (missing.length === 0) return
  throw new KeysMissing(
    `ENCRYPTION_KEYS lacks ${missing.length === 1 ? 'a key' : 'keys'} of the backup: ${missing.join(', ')}. Add what is missing at the end of the list.`,
  )
}
