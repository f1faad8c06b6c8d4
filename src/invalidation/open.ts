import type { Logger } from 'winston'
import type { Database } from '../../configs/database.ts'
import type { InvalidationChannel } from './channel.ts'
import { openPostgresChannel } from './postgres.ts'
import { openSqliteChannel } from './sqlite.ts'

type Reachable = Pick<Database, 'dialect' | 'path' | 'connectionString' | 'renewConnections'>

/**
 * An unreachable database gives a channel that is not alive and keeps trying.
 * @throws Error if the connection string is invalid
 */
export function openInvalidationChannel(database: Reachable, logger: Logger): Promise<InvalidationChannel> {
  if (database.dialect === 'sqlite') return openSqliteChannel({ path: database.path, logger })
  const { connectionString, renewConnections } = database
  return openPostgresChannel({ connectionString, logger, onLost: renewConnections })
}
