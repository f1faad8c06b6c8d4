import type { Request } from 'express'
import type { Env } from '../../configs/env.ts'
import { minutes } from '../durations.ts'

/** A last-seen time is never older than this, however long the idle limit is. */
const COARSEST_TOUCH = minutes(15)

/** How long somebody may take from the password to the second factor (src/sessions/facts.ts). */
const PENDING_LOGIN = minutes(10)

type Lifetime = { idle: number; absolute: number; touchAfter: number }

/** How long a session lives, in ms (ASVS 7.3.1, 7.3.2). A remembered one has one limit for both. */
export type Lifetimes = {
  of(remember: boolean): Lifetime
  /** By the content that a session begins with: a login that waits for its second factor has its own limits. */
  beginningWith(content: { pendingLogin?: unknown; remember?: unknown }): Lifetime
}

type LifetimeEnv = Pick<Env, 'SESSION_IDLE' | 'SESSION_ABSOLUTE' | 'SESSION_REMEMBER' | 'SESSION_TOUCH_SHARE'>

export function createLifetimes(env: LifetimeEnv): Lifetimes {
  const ordinary = lifetime(env.SESSION_IDLE, env.SESSION_ABSOLUTE)
  const remembered = lifetime(env.SESSION_REMEMBER, env.SESSION_REMEMBER)
  const pending = lifetime(PENDING_LOGIN, PENDING_LOGIN)

  function lifetime(idle: number, absolute: number) {
    return { idle, absolute, touchAfter: Math.min(idle * env.SESSION_TOUCH_SHARE, COARSEST_TOUCH) }
  }

  function of(remember: boolean) {
    return remember ? remembered : ordinary
  }

  return { of, beginningWith: content => (content.pendingLogin ? pending : of(content.remember === true)) }
}

/** A client that only polls does not prolong its session. */
export function isPassive(req: Request) {
  return req.headers?.['x-session-passive'] === '1'
}
