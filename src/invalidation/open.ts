import type { Logger } from 'winston'
import type { Database } from '../../configs/database.ts'
import type { Redis } from '../../configs/redis.ts'
import type { InvalidationChannel } from './channel.ts'
import { openPostgresChannel } from './postgres.ts'
import { openSqliteChannel } from './sqlite.ts'

type Reachable = Pick<Database, 'dialect' | 'path' | 'primary' | 'renewConnections'>

/**
 * Keeps trying if the database is unreachable. @throws Error if the URL is invalid
 * @param redis that keeps sessions; loaded only where it is switched on
 */
export async function openInvalidationChannel(
  database: Reachable,
  redis: Redis | undefined,
  logger: Logger,
): Promise<InvalidationChannel> {
  const ofDatabase = await openDatabaseChannel(database, logger)
  if (!redis) return ofDatabase
  const { joinChannels, openRedisChannel } = await import('./redis.ts')
  return joinChannels(ofDatabase, await openRedisChannel(redis, logger))
}

function openDatabaseChannel(database: Reachable, logger: Logger): Promise<InvalidationChannel> {
  if (database.dialect === 'sqlite') return openSqliteChannel({ path: database.path, logger })
  const { primary, renewConnections } = database
  return openPostgresChannel({ primary, logger, onLost: renewConnections })
}
