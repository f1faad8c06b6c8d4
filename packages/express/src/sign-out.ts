import type { Request, Response } from 'express'
import { redirect, sendProblem } from './answers.ts'
import type { Settings } from './options.ts'
import { crossSite } from './problems.ts'
import type { Provider } from './provider.ts'
import { keyOf, type Session } from './session.ts'
import type { Place } from './sign-in.ts'
import { isCrossSite, isNavigation } from './visit.ts'

/** Ends the session here, then sends the browser to the login server to end it there. */
export function createSignOut({ afterSignOut, endedSessions, onError }: Settings, provider: Provider) {
  return async (
    req: Request,
    res: Response,
    { origin, mount }: Place,
    { session, forget }: { session: Session | undefined; forget: () => void },
  ) => {
    if (isCrossSite(req, origin)) return sendProblem(req, res, crossSite)
    const here = `${mount}${afterSignOut}`
    forget()
    if (!session) return leave(req, res, here)
    // A copy of the cookie is worth nothing from now on.
    await endedSessions.end(keyOf.session(session.id), session.expiresAt, session.expiresAt)
    if (session.refreshToken) void provider.revoke(session.refreshToken).catch(onError)
    const there = await provider.endSessionUrl(session.idToken, `${origin}${here}`).catch(onError)
    leave(req, res, there ?? here)
  }
}

/** A script cannot follow a redirect to another origin, so it is told where to go. */
function leave(req: Request, res: Response, location: string) {
  if (isNavigation(req)) return redirect(res, 303, location)
  res.setHeader('Cache-Control', 'no-store')
  res.json({ location })
}
