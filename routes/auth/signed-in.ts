import type { Request } from 'express'
import type { Principal } from '../../src/accounts/principal.ts'

/** The user behind a request that `requireAuthentication` let pass. */
export const signedIn = (req: Request): Principal => {
  if (!req.user) throw new Error('a handler asked for the user without requireAuthentication before it')
  return req.user
}
