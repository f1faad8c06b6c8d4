import { join } from 'node:path'
import { BENCH_COOKIE, BENCH_SECRET } from '../cookies.ts'
import type { Program } from '../server.ts'

const SERVER = join(import.meta.dirname, '../../src/main.js')
const NO_LIMIT = '1000000'

/** The real server on a SQLite file, as shipped: only what would refuse a bench's logins is raised. */
export function latchkey(database: string, settings: Record<string, string> = {}): Program {
  return {
    file: SERVER,
    env: {
      DATABASE_URL: `sqlite:${database}`,
      SESSION_NAME: BENCH_COOKIE,
      SESSION_SECRET: BENCH_SECRET,
      ENCRYPTION_KEYS: `keys-of-the-bench-${BENCH_SECRET}`,
      LOGIN_LIMIT_ACCOUNT_CLIENT: NO_LIMIT,
      LOGIN_LIMIT_ACCOUNT: NO_LIMIT,
      LOGIN_LIMIT_CLIENT: NO_LIMIT,
      LOGIN_LIMIT_REGISTER: NO_LIMIT,
      ...settings,
    },
  }
}
