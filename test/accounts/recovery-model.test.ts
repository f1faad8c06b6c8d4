import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { minutes, seconds } from '../../src/durations.ts'
import { namedFactors } from '../../src/factors/planted.ts'
import type { TestServer } from '../support/harness.ts'
import { setClock } from '../support/nodes/clock.ts'
import { startStage, takenBack } from './recovery-model/play.ts'
import { check, recover } from './recovery-model/recovery.ts'
import { copyCookies, stepsNamed } from './recovery-model/steps.ts'
import { faultFoundWith, WEAKENED } from './recovery-model/weakened.ts'
import { World } from './recovery-model/world.ts'

/** `npm run test:model` plays many, at random; `npm test` a few, always the same. */
const LONG = process.env.RECOVERY_RUNS !== undefined
const RUNS = LONG ? Number(process.env.RECOVERY_RUNS) : 4

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

test('a reset by mailbox removes the recovery codes that a thief made in a session of the owner, and no other factor', async () => {
  const beginning = { registeredFirst: false, factor: 'passkey', verified: true, trusted: false } as const
  const world = new World(stage, { ...beginning, holds: ['session', 'mailbox'] })
  await world.begin()
  copyCookies(world)
  for (const step of stepsNamed(
    'the thief makes new recovery codes',
    'half an hour passes',
    'the thief resets the password',
  ))
    await step.run({}, world)
  expect(await namedFactors(world.userId)).toMatchObject([{ name: 'passkey "Phone"' }])
  await recover(world, 'reset')
  await check(world)
})

if (LONG && process.env.TEST_DATABASE === 'sqlite')
  describe('within a minute the model finds that', () => {
    test.each(Object.entries(WEAKENED))(
      '%s',
      async (_what, weakened) => expect(await faultFoundWith(weakened)).toBeOneOf(weakened.faults),
      minutes(2),
    )
  })
