import type { RequestHandler } from 'express'
import { hasAdministrator } from '../src/identity/administrators.ts'
import type { Deps } from '../src/services.ts'
import { checkSession } from '../src/sessions/check.ts'

/** `GET /` in production, where the start page for developers is not shown. */
export function startPath({ store, cookie }: Pick<Deps, 'store' | 'cookie'>): RequestHandler {
  let isSetUp = false

  async function destination(isSignedIn: boolean) {
    if (isSignedIn) return '/account'
    // Asked until there is one, so that strangers cannot cause queries for ever.
    isSetUp ||= await hasAdministrator()
    return isSetUp ? '/sign-in' : '/setup'
  }

  return async (req, res) => {
    const session = await checkSession(store, cookie, req)
    res.set('Cache-Control', 'no-store').redirect(await destination(session !== undefined))
  }
}
