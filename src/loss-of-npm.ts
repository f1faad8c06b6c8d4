import { processEnvironment } from '../configs/env.ts'
import { seconds } from './durations.ts'

const LOOK_EVERY = seconds(1)
/** Read when this file loads: npm may be gone before the server has started. */
const PARENT = process.ppid

/** A SIGTERM to npm ends npm without reaching this process. */
export function onLossOfNpm(lost: () => void): void {
  if (processEnvironment.npm_lifecycle_event === undefined) return
  setInterval(() => process.ppid !== PARENT && lost(), LOOK_EVERY).unref()
}
