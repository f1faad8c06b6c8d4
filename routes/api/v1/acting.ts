import type { Request } from 'express'
import type { Actor } from '../../../src/administration/authority.ts'

/** Who administers: the owner of the bearer token that `requirePermission` let pass. */
export function acting(req: Request): Actor {
  if (!req.bearer) throw new Error('a handler asked who acts without requirePermission before it')
  return req.bearer
}
