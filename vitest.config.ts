import { availableParallelism } from 'node:os'
import { Client } from 'pg'
import { defineConfig } from 'vitest/config'
import { NODE_COMPILE_CACHE } from './test/support/compile-cache.ts'

const LOCAL_POSTGRES = 'postgres://postgres@127.0.0.1:5432/test'

/** Run on SQLite only: what they test does not depend on the database, and other files run the same SQL on both. */
const ONCE = [
  'test/docs/*.test.ts',
  'test/passwords/*.test.ts',
  'test/cli/cli-terminal.test.ts',
  'test/configs/env.test.ts',
  'test/configs/sqlite-writes.test.ts',
  'test/express-package/*.test.ts',
  'test/federation/bounded-fetch.test.ts',
  'test/federation/cas.test.ts',
  'test/federation/cas-answers.test.ts',
  'test/federation/cas-protocol.test.ts',
  'test/federation/hostile-tokens.test.ts',
  'test/federation/provider-presets.test.ts',
  'test/federation/provider-secrets.test.ts',
  'test/federation/unavailable-providers.test.ts',
  'test/forward-auth/proxies.test.ts',
  'test/forward-auth/settings.test.ts',
  'test/http/client.test.ts',
  'test/http/contract.test.ts',
  'test/http/docs-openapi.test.ts',
  'test/http/headers.test.ts',
  'test/http/methods.test.ts',
  'test/http/overload.test.ts',
  'test/http/problem-codes.test.ts',
  'test/invalidation/invalidation.test.ts',
  'test/mail/mail-content.test.ts',
  'test/mail/mail-process.test.ts',
  'test/pages/*.test.ts',
  'test/provider/foreign/*.test.ts',
  'test/server/graceful-stop.test.ts',
  'test/server/start.test.ts',
]

/**
 * Files that take a database away from the running application, or all of its timers. The others share the workers and the modules of the
 * application: importing it again for each file took half the CPU time of a run.
 */
const ALONE = [
  'test/maintenance/backup.test.ts',
  'test/sessions/session-model.test.ts',
  'test/sessions/store-sweep.test.ts',
]

type Files = { include: string[]; exclude: string[]; isolate: boolean }

const SQLITE = { TEST_DATABASE: 'sqlite' }
const onPostgres = (url: string) => ({ TEST_DATABASE: 'postgres', TEST_DATABASE_URL: url })

/** Whether a server lets us in that may create the databases of the tests. */
async function isUsable(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query(
      'SELECT rolcreatedb OR rolsuper AS usable FROM pg_roles WHERE rolname = current_user',
    )
    return rows[0].usable
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

function databasesLine(postgres: string | undefined, demanded: string | undefined): string {
  if (!postgres) return 'Testing on SQLite only: no usable PostgreSQL. Set TEST_DATABASE_URL to test on both.\n'
  return `Testing on SQLite and on PostgreSQL (${demanded ? 'TEST_DATABASE_URL' : LOCAL_POSTGRES}).\n`
}

/** The suite runs on SQLite, and on PostgreSQL too where TEST_DATABASE_URL demands it or a local server can be used. */
export default defineConfig(async () => {
  const demanded = process.env.TEST_DATABASE_URL
  const postgres = demanded ?? ((await isUsable(LOCAL_POSTGRES)) ? LOCAL_POSTGRES : undefined)
  // Other tools read this file too.
  if (process.env.VITEST) process.stdout.write(databasesLine(postgres, demanded))
  const shared = (name: string, env: Record<string, string>, exclude: string[]) =>
    project(name, env, { include: ['test/**/*.test.ts'], exclude: [...exclude, ...ALONE], isolate: false })
  const alone = (name: string, env: Record<string, string>) =>
    project(`${name}-alone`, env, { include: ALONE, exclude: [], isolate: true })
  const project = (name: string, env: Record<string, string>, files: Files) => ({
    test: {
      name,
      env: { NODE_COMPILE_CACHE, ...env },
      ...files,
      globalSetup: ['test/support/build-pages.ts', 'test/support/template-database.ts'],
      setupFiles: ['test/support/setup.ts'],
      // They end what hangs; how fast a machine is they do not judge.
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  })
  return {
    test: {
      reporters: ['minimal'],
      slowTestThreshold: 5000,
      // Most tests wait for databases and processes of their own: with a worker for each core, a third of the cores stays idle.
      maxWorkers: Math.ceil(1.5 * availableParallelism()),
      projects: [
        shared('sqlite', SQLITE, []),
        alone('sqlite', SQLITE),
        ...(postgres ? [shared('postgres', onPostgres(postgres), ONCE)] : []),
        ...(postgres ? [alone('postgres', onPostgres(postgres))] : []),
      ],
    },
  }
})
