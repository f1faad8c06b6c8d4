import type { Env } from '../../configs/env.ts'
import { problems } from '../problems.ts'

export type Way = Env['SIGN_IN_WITH'][number]

export function isOffered({ SIGN_IN_WITH }: Pick<Env, 'SIGN_IN_WITH'>, way: Way): boolean {
  return SIGN_IN_WITH.includes(way)
}

/** @throws 403 `sign_in_way_disabled` */
export function demandOffered(env: Pick<Env, 'SIGN_IN_WITH'>, way: Way): void {
  if (!isOffered(env, way)) throw problems.signInWayDisabled(way, env.SIGN_IN_WITH)
}
