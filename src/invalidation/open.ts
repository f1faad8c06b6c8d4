import type { Logger } from 'winston'
import type { Database } from '../../configs/database.ts'
import type { InvalidationChannel } from './channel.ts'
import { openPostgresChannel } from './postgres.ts'
import { openSqliteChannel } from './sqlite.ts'

type Reachable = Pick<Database, 'dialect' | 'path' | 'connectionString' | 'renewConnections'>

/** Keeps trying if the database is unreachable. @throws Error if the URL is invalid */
export function openInvalidationChannel(database: Reachable, logger: Logger): Promise<InvalidationChannel> {
  if (database.dialect === 'sqlite') return openSqliteChannel({ path: database.path, logger })
  const { connectionString, renewConnections } = database
  return openPostgresChannel({ connectionString, logger, onLost: renewConnections })
}
