import fc from 'fast-check'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { hours, minutes } from '../configs/durations.ts'
import { createDatabase, type TestDatabase } from './harness.ts'
import { interleaving } from './session-model/commands.ts'
import { type Pair, startPair } from './session-model/pair.ts'
import { Play } from './session-model/play.ts'

const RUNS = Number(process.env.MODEL_RUNS ?? 150)

/** As the nodes are set up (session-model/processes.ts). */
const LIFETIMES = {
  ordinary: { idle: hours(1), absolute: hours(3), touchAfter: minutes(6) },
  remembered: { idle: hours(5), absolute: hours(5), touchAfter: minutes(15) },
}

describe('sessions over two processes', () => {
  let database: TestDatabase
  let pair: Pair
  beforeAll(async () => {
    database = await createDatabase()
    pair = await startPair('node.ts', { DATABASE_URL: database.url })
  })
  afterAll(async () => {
    await pair.close()
    await database.drop()
  })

  test(
    `in ${RUNS} random interleavings no session is revived, no key lost, no expired session accepted`,
    async () => {
      const property = fc.asyncProperty(interleaving('with kills'), commands => new Play(pair, LIFETIMES).run(commands))
      await fc.assert(property, { numRuns: RUNS })
    },
    minutes(1) + RUNS * 300,
  )
})
