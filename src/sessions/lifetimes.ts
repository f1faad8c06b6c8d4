import type { Request } from 'express'
import type { Env } from '../../configs/env.ts'
import { minutes } from '../durations.ts'

/** Limits how old a last-seen time can be if the idle limit is long. */
const COARSEST_TOUCH = minutes(15)

const PENDING_LOGIN = minutes(10)

type Lifetime = { idle: number; absolute: number; touchAfter: number }

/** In ms (ASVS 7.3.1, 7.3.2). A remembered session has one limit for both. */
export type Lifetimes = {
  of(remember: boolean): Lifetime
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

/** A client that only polls does not extend its session. */
export function isPassive(req: Request) {
  return req.headers?.['x-session-passive'] === '1'
}
