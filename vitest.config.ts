import { connect } from 'node:net'
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const POSTGRES = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test'

/** Tests that use no database of the application's, or always SQLite, run once. */
const WITHOUT_DATABASE = [
  'test/env.test.ts',
  'test/passwords-*.test.ts',
  'test/pages-build.test.ts',
  'test/invalidation.test.ts',
  'test/problem-codes.test.ts',
  'test/start.test.ts',
  'test/cli-terminal.test.ts',
  'test/sqlite-writes.test.ts',
  'test/signature.test.ts',
]

const answers = (url: string) =>
  new Promise<boolean>(resolve => {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port || 5432), timeout: 1000 })
    const settle = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket
      .on('connect', () => settle(true))
      .on('error', () => settle(false))
      .on('timeout', () => settle(false))
  })

/** The suite runs on SQLite and on PostgreSQL; only a developer's machine may lack the second. */
export default defineConfig(async () => {
  const postgres = (await answers(POSTGRES)) || process.env.CI === 'true'
  if (!postgres)
    process.stdout.write(
      'No PostgreSQL answers at TEST_DATABASE_URL: the suite runs on SQLite only, the PostgreSQL half is SKIPPED.\n',
    )
  const project = (name: string, env: Record<string, string>, exclude: string[]) => ({
    test: {
      name,
      env,
      include: ['test/**/*.test.ts'],
      exclude,
      globalSetup: ['test/build-pages.ts'],
      setupFiles: ['test/setup.ts'],
      // They end what hangs; how fast a machine is they do not judge.
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  })
  return {
    test: {
      // Most tests wait for databases and processes of their own: with a worker for each core, a third of the cores stays idle.
      maxWorkers: Math.ceil(1.5 * availableParallelism()),
      projects: [
        project('sqlite', { TEST_DATABASE: 'sqlite' }, []),
        ...(postgres
          ? [project('postgres', { TEST_DATABASE: 'postgres', TEST_DATABASE_URL: POSTGRES }, WITHOUT_DATABASE)]
          : []),
      ],
    },
  }
})
