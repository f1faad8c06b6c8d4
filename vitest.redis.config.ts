import { defineConfig } from 'vitest/config'
import { REDIS_URL } from './test/support/database.ts'
import { suiteOn } from './test/support/projects.ts'

/** What goes through sessions or limits. */
const FILES = ['redis', 'sessions', 'sign-in', 'accounts', 'administration', 'tokens'].map(
  room => `test/${room}/**/*.test.ts`,
)

/** Sessions in the Redis of TEST_REDIS_URL, beside a database on SQLite. */
export default defineConfig(suiteOn('redis', { TEST_DATABASE: 'sqlite', TEST_REDIS_URL: REDIS_URL }, [], FILES))
