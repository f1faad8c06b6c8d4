import { pathToFileURL } from 'node:url'
import type { QueryInterface } from 'sequelize'
import { SequelizeStorage, Umzug } from 'umzug'
import type { Database } from './database.ts'
import type { Logger } from './logger.ts'

type Migration = {
  up(queryInterface: QueryInterface): Promise<unknown>
  down(queryInterface: QueryInterface): Promise<unknown>
}

/** Umzug over `migrations/`: `up()`, `down()`, `pending()`, `executed()`. The ledger holds names without the file's extension. */
export const createMigrator = ({ sequelize }: Database, logger: Logger) =>
  new Umzug({
    migrations: {
      glob: ['*.ts', { cwd: `${import.meta.dirname}/../migrations` }],
      resolve: ({ name, path, context }) => {
        const load = async () => (await import(pathToFileURL(path ?? '').href)) as Migration
        return {
          name: name.replace(/\.ts$/, ''),
          up: async () => (await load()).up(context),
          down: async () => (await load()).down(context),
        }
      },
    },
    context: sequelize.getQueryInterface(),
    storage: new SequelizeStorage({ sequelize, tableName: 'Migrations' }),
    logger: {
      debug: () => {},
      info: line => logger.info('migration', line),
      warn: line => logger.warn('migration', line),
      error: line => logger.error('migration', line),
    },
  })

export type Migrator = ReturnType<typeof createMigrator>
