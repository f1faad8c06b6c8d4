import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hours, minutes, seconds } from '../../src/durations.ts'
import { createDatabase, createEmptyDatabase, type TestDatabase } from '../support/database.ts'
import { type Pair, startPair } from '../support/nodes/pair.ts'
import { type Command, interleaving, interleavingOf, type Kind } from './session-model/commands.ts'
import { Play } from './session-model/play.ts'
import { type Fault, Violation } from './session-model/world.ts'

/** `npm run test:model` plays many, `npm test` a few. */
const RUNS = Number(process.env.MODEL_RUNS ?? 10)

/** As the nodes are set up (test/support/nodes/processes.ts). */
const LIFETIMES = {
  ordinary: { idle: hours(1), absolute: hours(3), touchAfter: minutes(6) },
  remembered: { idle: hours(5), absolute: hours(5), touchAfter: minutes(15) },
}

/** @param wanted the only faults that count */
function playedOn(pair: Pair, commands: fc.Arbitrary<Command[]>, wanted?: Fault[]) {
  let played = 0
  return fc.asyncProperty(commands, async interleaved => {
    await new Play(pair, LIFETIMES).run(interleaved).catch((error: unknown) => {
      const counts = !(error instanceof Violation && wanted && !wanted.includes(error.fault))
      if (counts) throw error
    })
    if (++played % 1000 === 0) process.stdout.write(`${played} interleavings without a fault\n`)
  })
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
    () => fc.assert(playedOn(pair, interleaving()), { numRuns: RUNS }),
    minutes(1) + RUNS * seconds(1),
  )
})

if (process.env.TEST_DATABASE === 'sqlite')
  describe('the model sees the faults of the plain store', () => {
    let database: TestDatabase
    let pair: Pair
    beforeAll(async () => {
      database = await createEmptyDatabase()
      pair = await startPair('stock-node.ts', { DATABASE_URL: database.url })
    })
    afterAll(async () => {
      await pair.close()
      await database.drop()
    })

    /** Which of these faults the model finds first, within a minute. */
    async function faultIn(commands: fc.Arbitrary<Command[]>, wanted: Fault[]): Promise<Fault | 'none'> {
      const found = await fc.check(playedOn(pair, commands, wanted), {
        numRuns: Number.POSITIVE_INFINITY,
        interruptAfterTimeLimit: minutes(1),
        endOnFailure: true,
      })
      const { errorInstance } = found
      if (errorInstance instanceof Violation) return errorInstance.fault
      if (errorInstance) throw errorInstance
      return 'none'
    }

    const faults: [Fault, Kind[]][] = [
      ['a session was revived', ['begin slowly', 'finish slowly', 'log out']],
      ['a key was lost', ['write', 'begin slowly', 'finish slowly', 'read']],
      ['an expired session was accepted', ['step the clock', 'read']],
    ]
    test.each(faults)(
      '%s',
      async (fault, kinds) => {
        expect(await faultIn(interleavingOf(...kinds), [fault])).toBe(fault)
      },
      minutes(2),
    )

    test(
      'in interleavings of everything it finds one within a minute',
      async () => {
        const any = faults.map(([fault]) => fault)
        expect(await faultIn(interleaving(), any)).toBeOneOf(any)
      },
      minutes(2),
    )
  })
