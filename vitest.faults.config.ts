import { defineConfig } from 'vitest/config'

/** Faults of databases, disks and processes: one after the other, each with clusters and servers of its own. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.faults.ts'],
    env: { TEST_DATABASE: 'sqlite' },
    globalSetup: ['test/support/build-pages.ts', 'test/support/template-database.ts'],
    fileParallelism: false,
    retry: 0,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
})
