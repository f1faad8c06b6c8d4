import { defineConfig } from 'vitest/config'
import { mayRun } from './test/browser/chromium.ts'

const NOTHING = /(?!)/

/** The suite that needs a browser: pages, documentation, and what only a browser enforces. */
export default defineConfig(() => {
  const may = mayRun()
  if (!may)
    process.stdout.write(
      'No Chromium: the browser tests are SKIPPED. Install it, or set CHROMIUM_PATH to the program.\n',
    )
  return {
    test: {
      include: ['test/browser/**/*.browser.ts'],
      ...(!may && { testNamePattern: NOTHING }),
      env: { TEST_DATABASE: 'sqlite' },
      globalSetup: ['test/support/build-pages.ts'],
      setupFiles: ['test/support/setup.ts'],
      maxWorkers: '100%',
      expect: { poll: { timeout: 5000 } },
      testTimeout: 60_000,
      hookTimeout: 30_000,
    },
  }
})
