import { minutes, seconds } from '../durations.ts'

const MOST_AT_ONCE = 10
const FIRST_PAUSE = seconds(5)
const LONGEST_PAUSE = minutes(5)

type Lane = { underWay: number; isReachable: boolean; pausedUntil: number; pause: number }

/** Deliveries by client, so that one that does not answer takes no time from the others. */
export function createLanes() {
  const lanes = new Map<string, Lane>()

  function laneOf(clientId: string): Lane {
    const lane = lanes.get(clientId) ?? { underWay: 0, isReachable: true, pausedUntil: 0, pause: FIRST_PAUSE }
    lanes.set(clientId, lane)
    return lane
  }

  /** After a pause, one delivery tests the application. */
  function isFull({ underWay, isReachable, pausedUntil }: Lane): boolean {
    return performance.now() < pausedUntil || underWay >= (isReachable ? MOST_AT_ONCE : 1)
  }

  return {
    full: (): string[] => [...lanes].filter(([, lane]) => isFull(lane)).map(([clientId]) => clientId),

    /** @returns whether there was room */
    enter(clientId: string): boolean {
      const lane = laneOf(clientId)
      if (isFull(lane)) return false
      lane.underWay++
      return true
    },

    leave(clientId: string) {
      const lane = laneOf(clientId)
      lane.underWay--
      if (lane.underWay === 0 && lane.isReachable) lanes.delete(clientId)
    },

    note(clientId: string, isReachable: boolean) {
      const lane = laneOf(clientId)
      lane.isReachable = isReachable
      if (isReachable) Object.assign(lane, { pausedUntil: 0, pause: FIRST_PAUSE })
      // Deliveries that were under way together count once.
      else if (performance.now() >= lane.pausedUntil) {
        lane.pausedUntil = performance.now() + lane.pause
        lane.pause = Math.min(lane.pause * 2, LONGEST_PAUSE)
      }
    },
  }
}
