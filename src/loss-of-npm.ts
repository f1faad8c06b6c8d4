import { processEnvironment } from '../configs/env.ts'
import { seconds } from './durations.ts'

const LOOK_EVERY = seconds(1)

/** A SIGTERM to npm ends npm without reaching this process. */
export function onLossOfNpm(lost: () => void): void {
  if (processEnvironment.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && lost(), LOOK_EVERY).unref()
}
