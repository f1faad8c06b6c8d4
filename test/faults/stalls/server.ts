import '../../../src/server.ts'
import { serve } from '../../support/nodes/ipc.ts'

/** What the main thread had used up at a moment, in milliseconds. */
type Moment = { wall: number; cpu: number }

function now(): Moment {
  const { user, system } = process.threadCpuUsage()
  return { wall: performance.now(), cpu: (user + system) / 1000 }
}

let last = now()
let longest = 0
let isWatching = false

/**
 * One turn of the event loop. A turn in which the machine ran something else is long on the wall clock alone, and the clock of the CPU
 * goes by ticks; so the shorter of the two counts.
 */
function turn() {
  const next = now()
  longest = Math.max(longest, Math.min(next.wall - last.wall, next.cpu - last.cpu))
  last = next
  if (isWatching) setImmediate(turn)
}

serve({
  port: () => Number(process.env.PORT),
  watch: () => {
    longest = 0
    last = now()
    isWatching = true
    setImmediate(turn)
  },
  /** The longest turn since `watch`, in milliseconds. */
  longestTurn: () => {
    isWatching = false
    return longest
  },
})
