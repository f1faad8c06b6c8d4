import { defineConfig } from 'vitest/config'

const EVERY = 'test/faults/**/*.faults.ts'
/** Measures how long the main thread is busy, so nothing else runs beside it. */
const QUIET = 'test/faults/stalls.faults.ts'

/** Faults of databases, disks and processes, each with clusters and servers of its own. Most wait for a time limit to pass. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [project('quiet', 0, { include: [QUIET] }), project('faults', 1, { include: [EVERY], exclude: [QUIET] })],
  },
})

function project(name: string, groupOrder: number, files: { include: string[]; exclude?: string[] }) {
  return {
    test: {
      name,
      ...files,
      sequence: { groupOrder },
      env: { TEST_DATABASE: 'sqlite' },
      globalSetup: ['test/support/build-pages.ts', 'test/support/template-database.ts'],
      testTimeout: 120_000,
      hookTimeout: 60_000,
    },
  }
}
