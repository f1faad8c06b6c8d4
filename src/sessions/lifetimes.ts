import { minutes } from '../../configs/durations.ts'
import type { Env } from '../../configs/env.ts'

/** A last-seen time is never older than this, however long the idle limit is. */
const COARSEST_TOUCH = minutes(15)

/** How long a session lives, in ms (ASVS 7.3.1, 7.3.2). A remembered one has one limit for both. */
export type Lifetimes = { of(remember: boolean): { idle: number; absolute: number; touchAfter: number } }

export const createLifetimes = (
  env: Pick<Env, 'SESSION_IDLE' | 'SESSION_ABSOLUTE' | 'SESSION_REMEMBER' | 'SESSION_TOUCH_SHARE'>,
): Lifetimes => {
  const lifetime = (idle: number, absolute: number) => ({
    idle,
    absolute,
    touchAfter: Math.min(idle * env.SESSION_TOUCH_SHARE, COARSEST_TOUCH),
  })
  const ordinary = lifetime(env.SESSION_IDLE, env.SESSION_ABSOLUTE)
  const remembered = lifetime(env.SESSION_REMEMBER, env.SESSION_REMEMBER)
  return { of: remember => (remember ? remembered : ordinary) }
}
