import { availableParallelism } from 'node:os'
import { NODE_COMPILE_CACHE } from './compile-cache.ts'

/**
 * Files that take a database away from the running application, or all of its timers. The others share the workers and the modules of the
 * application: importing it again for each file took half the CPU time of a run.
 */
const ALONE = [
  'test/maintenance/backup.test.ts',
  'test/sessions/session-model.test.ts',
  'test/sessions/store-sweep.test.ts',
]

/** Node runs TypeScript itself. Vite's module runner took a sixth of the CPU time, most of it in the stacks that Sequelize takes. */
const NATIVE = { viteModuleRunner: false, nodeLoader: false }

type Files = { include: string[]; exclude: string[]; isolate: boolean }

const EVERYTHING = ['test/**/*.test.ts']
const REDIS = 'test/redis/*.test.ts'

/**
 * The suite on one database.
 * @param env TEST_DATABASE, TEST_DATABASE_URL for PostgreSQL, TEST_REDIS_URL for sessions in Redis
 * @param exclude files that do not run on it
 */
export function suiteOn(name: string, env: Record<string, string>, exclude: string[] = [REDIS], include = EVERYTHING) {
  const project = (title: string, files: Files) => ({
    test: {
      name: title,
      env: { NODE_COMPILE_CACHE, ...env },
      ...files,
      globalSetup: ['test/support/build-pages.ts', 'test/support/template-database.ts'],
      setupFiles: ['test/support/setup.ts'],
      experimental: NATIVE,
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
        project(name, { include, exclude: [...exclude, ...ALONE], isolate: false }),
        project(`${name}-alone`, { include: ALONE, exclude: [], isolate: true }),
      ],
    },
  }
}
