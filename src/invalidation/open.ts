import type { Logger } from 'winston'
import type { Database } from '../../configs/database.ts'
import type { InvalidationChannel } from './channel.ts'
import { openPostgresChannel } from './postgres.ts'
import { openSqliteChannel } from './sqlite.ts'

type Reachable = Pick<Database, 'dialect' | 'path' | 'connectionString' | 'renewConnections'>

/**
 * The channel that the database itself offers. A database that cannot be reached gives a channel that is not alive and
 * keeps trying, and has the database renew its connections: what this one lost, those have lost too, and notice later.
 * @throws Error when the connection string cannot be read.
 */
export function openInvalidationChannel(database: Reachable, logger: Logger): Promise<InvalidationChannel> {
  if (database.dialect === 'sqlite') return openSqliteChannel({ path: database.path, logger })
  const { connectionString, renewConnections } = database
  return openPostgresChannel({ connectionString, logger, onLost: renewConnections })
}
