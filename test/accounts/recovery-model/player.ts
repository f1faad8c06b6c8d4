/** Plays in a process of its own until it finds a fault, a minute at most, and sends it to its parent. */
import fc from 'fast-check'
import { minutes } from '../../../src/durations.ts'
import { startStage, takenBack } from './play.ts'
import { Violation } from './world.ts'

const stage = await startStage()
const { errorInstance } = await fc.check(takenBack(stage, JSON.parse(process.argv[2] ?? '{}')), {
  numRuns: Number.POSITIVE_INFINITY,
  interruptAfterTimeLimit: minutes(1),
  endOnFailure: true,
})
process.send?.(errorInstance instanceof Violation ? errorInstance.fault : String(errorInstance))
await stage.close()
