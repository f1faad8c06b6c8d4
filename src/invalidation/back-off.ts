import { seconds } from '../../configs/durations.ts'

const SHORTEST = 100
const LONGEST = seconds(5)

/** Waits in ms that double from 100 ms to 5 s; the jitter keeps nodes that lost one server from returning in step. */
export function createBackOff() {
  let wait = SHORTEST

  return {
    next(): number {
      const spread = wait * (0.75 + Math.random() / 2)
      wait = Math.min(wait * 2, LONGEST)
      return Math.min(spread, LONGEST)
    },
    reset(): void {
      wait = SHORTEST
    },
  }
}
