import { expect, test } from 'vitest'
import { loadEnv } from '../../configs/env.ts'
import { banner } from '../../src/banner.ts'

const SECRETS = {
  SESSION_SECRET: 'Kq3vT9xW2mB7nR5cY8zL4pF6hJ1dG0sAeUiO',
  ENCRYPTION_KEYS: 'x8Wq2LmZ4rT7vB1nK6pJ9sD3fG5hY0cAeUiO',
}

test.each([
  ['sqlite:data/latchkey.sqlite', 'data/latchkey.sqlite'],
  ['postgres://me:hunter2@db/latchkey', 'postgres://db/latchkey'],
  ['postgres://me:hunter2@one:5432,two:5433/latchkey', 'postgres://one:5432,two:5433/latchkey'],
])('%s is shown as %s', (DATABASE_URL, place) => {
  const env = loadEnv({ NODE_ENV: 'development', ...SECRETS, DATABASE_URL })
  const shown = banner(env, { address: '127.0.0.1:3000', settings: '.env' })
  expect(shown).toContain(`Database  ${place}\n`)
  expect(shown).not.toContain('hunter2')
})
