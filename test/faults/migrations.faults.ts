import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cliFor, finished } from '../support/cli-process.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'

const ROUNDS = 10
const SESSION_SECRET = 'known-before-the-first-start-0123456789'
const DIALECTS = process.env.TEST_DATABASE_URL ? ['sqlite', 'postgres'] : ['sqlite']
if (DIALECTS.length === 1) process.stdout.write('TEST_DATABASE_URL is not set: migrations on PostgreSQL are SKIPPED.\n')

describe.each(DIALECTS)('migrations of real processes on %s', dialect => {
  let database: TestDatabase
  let cli: ReturnType<typeof cliFor>
  const before = process.env.TEST_DATABASE
  beforeEach(async () => {
    process.env.TEST_DATABASE = dialect
    database = await createEmptyDatabase()
    cli = cliFor({ DATABASE_URL: database.url, SESSION_SECRET })
  })
  afterEach(async () => {
    process.env.TEST_DATABASE = before
    await database.drop()
  })

  async function isWhole() {
    const up = await cli.run(['migrate', 'up'])
    expect(up).toMatchObject({ code: 0 })
    const { stdout } = await cli.run(['migrate', 'status'])
    expect(stdout).not.toMatch(/ pending$/m)
  }

  test.each(Array.from({ length: ROUNDS }, (_, at) => at + 1))(
    'killed at a random moment, the next start goes on (round %i)',
    async () => {
      const child = cli.start(['-v', 'migrate', 'up'])
      await Promise.race([new Promise(resolve => child.stderr.once('data', resolve)), finished(child)])
      await pause(randomInt(250))
      child.kill('SIGKILL')
      await finished(child)
      await isWhole()
    },
  )

  test('four at the same moment: all end well', async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => cli.run(['migrate', 'up'])))
    expect(all.map(({ code, stderr }) => ({ code, stderr: stderr.replace('Nothing is pending.\n', '') }))).toEqual(
      all.map(() => ({ code: 0, stderr: '' })),
    )
    await isWhole()
  })
})
