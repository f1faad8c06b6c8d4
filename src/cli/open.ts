import type { Sequelize } from 'sequelize'
import { type Database, openDatabase } from '../../configs/database.ts'
import type { Logger } from '../../configs/logger.ts'
import { createMigrator, type Migrator } from '../../configs/migrations.ts'
import { type Audit, createAudit } from '../audit/audit.ts'
import { createSealer } from '../encryption/sealer.ts'
import { openInProcessChannel } from '../invalidation/channel.ts'
import { createMailer, type Mailer } from '../mail/mailer.ts'
import { createPasswordHasher, type PasswordHasher } from '../passwords/hash.ts'
import { createPasswordJudge, type PasswordJudge } from '../passwords/judge.ts'
import { createSessionCookie, createSessionStore } from '../sessions/middleware.ts'
import type { SessionStore } from '../sessions/store.ts'
import { SessionTable } from '../sessions/table.ts'
import { createCliLogger } from './logger.ts'
import { type Cli, readSettings, type Settings } from './settings.ts'

export type OpenDatabase = Settings & { logger: Logger; database: Database; sequelize: Sequelize; migrator: Migrator }
export type OpenAccounts = OpenDatabase & {
  store: SessionStore
  hasher: PasswordHasher
  judge: PasswordJudge
  audit: Audit
  mailer: Mailer
}

/**
 * Opens the database as it is, works with it and closes it.
 * @throws ConfigurationError, DatabaseUnavailable, and whatever the work throws
 */
export async function withDatabase(cli: Cli, work: (opened: OpenDatabase) => Promise<void>): Promise<void> {
  const settings = await readSettings(cli)
  const logger = createCliLogger(settings.env, cli)
  const database = await openDatabase(settings.env, logger)
  try {
    await database.patiently(() =>
      work({
        ...settings,
        logger,
        database,
        sequelize: database.sequelize,
        migrator: createMigrator(database, logger),
      }),
    )
  } finally {
    await database.close()
  }
}

/** The same, migrated first as at a start of the server, with what changes users and sessions. */
export function withAccounts(cli: Cli, work: (opened: OpenAccounts) => Promise<void>): Promise<void> {
  return withDatabase(cli, async opened => {
    const { env, logger, database, migrator } = opened
    await migrator.up()
    // Other processes hear of each change from the triggers of the database; this one has no cache that lasts.
    const table = new SessionTable(database, logger)
    const store = createSessionStore(env, createSessionCookie(env), database, openInProcessChannel(logger), table)
    const hasher = createPasswordHasher({ cost: env.BCRYPT_COST, threads: 1, queue: 1 })
    const judge = createPasswordJudge({ queue: 1 })
    const sealer = createSealer(env.ENCRYPTION_KEYS)
    const audit = createAudit(database.sequelize, sealer, logger, () => ({}))
    try {
      await work({ ...opened, store, hasher, judge, audit, mailer: createMailer(sealer) })
    } finally {
      await hasher.close()
      await judge.close()
    }
  })
}
