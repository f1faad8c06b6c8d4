import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { minutes, seconds } from '../../src/durations.ts'
import type { TestServer } from '../support/harness.ts'
import { setClock } from '../support/nodes/clock.ts'
import { startStage, takenBack } from './recovery-model/play.ts'
import { faultFoundWith, WEAKENED } from './recovery-model/weakened.ts'

/** `npm run test:model` plays many, at random; `npm test` a few, always the same. */
const LONG = process.env.RECOVERY_RUNS !== undefined
const RUNS = LONG ? Number(process.env.RECOVERY_RUNS) : 6

let stage: TestServer
beforeAll(async () => {
  stage = await startStage()
})
afterAll(async () => {
  await stage.close()
  // The files after this one in the same worker live in the present.
  setClock(0)
})

test(
  `7.4.3 6.4.4 in ${RUNS} random plays of a thief and an owner the owner takes the account back, and the thief has nothing`,
  () => fc.assert(takenBack(stage), { numRuns: RUNS, ...(!LONG && { seed: 19 }) }),
  minutes(1) + RUNS * seconds(3),
)

if (LONG && process.env.TEST_DATABASE === 'sqlite')
  describe('within a minute the model finds that', () => {
    test.each(Object.entries(WEAKENED))(
      '%s',
      async (_what, weakened) => expect(await faultFoundWith(weakened)).toBeOneOf(weakened.faults),
      minutes(2),
    )
  })
