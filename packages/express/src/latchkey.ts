import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { sendProblem } from './answers.ts'
import { createBackChannelLogout } from './back-channel-logout.ts'
import { bearerTokenOf, userOfToken } from './bearer.ts'
import { clearCookie, cookieNameOf, cookiesOf, createSealer, setCookie } from './cookies.ts'
import { createSessionCheck } from './current-session.ts'
import { type LatchkeyOptions, settingsOf } from './options.ts'
import { badHost, invalidToken, unavailable } from './problems.ts'
import { createProvider } from './provider.ts'
import { type Session, sessionOf, toPayload } from './session.ts'
import { createSignIn, type Place } from './sign-in.ts'
import { createSignOut } from './sign-out.ts'
import { originOf, type Visit } from './visit.ts'

type Identified = Pick<Visit, 'user' | 'refusal'>

/**
 * Signs people in through Latchkey, and sets `req.user` for them and for bearer tokens. Mount it before the routes that it protects.
 * @throws TypeError for a wrong option
 */
export function latchkey(options: LatchkeyOptions): RequestHandler {
  const settings = settingsOf(options)
  const { paths, onError } = settings
  const provider = createProvider(settings)
  const { seal, open } = createSealer(settings, 'session')
  const current = createSessionCheck(settings, provider)
  const signIn = createSignIn(settings, provider, save)
  const signOut = createSignOut(settings, provider)
  const backChannelLogout = createBackChannelLogout(settings, provider)

  /** @returns false if the session is too large for a cookie, even without what sign-out can do without */
  async function save(res: Response, origin: string, session: Session): Promise<boolean> {
    const value = (await seal(toPayload(session))) ?? (await seal(toPayload({ ...session, idToken: undefined })))
    if (value === undefined) {
      onError(
        new Error(`the session of ${session.sub} is too large for a cookie: it has too many groups or permissions`),
      )
      return false
    }
    setCookie(res, origin, cookieNameOf(settings, origin), value)
    return true
  }

  async function read(req: Request, origin: string): Promise<Session | undefined> {
    return sessionOf(await open(cookiesOf(req).get(cookieNameOf(settings, origin))))
  }

  /** @throws if the login server or the store of ended sessions cannot be asked */
  async function identify(req: Request, res: Response, origin: string): Promise<Identified> {
    const token = bearerTokenOf(req)
    if (token !== undefined) {
      const user = await userOfToken(settings, provider, token)
      return { user, refusal: user ? undefined : invalidToken }
    }
    const session = await read(req, origin)
    const checked = session && (await current(session))
    if (session && !checked) clearCookie(res, origin, cookieNameOf(settings, origin))
    if (checked && checked !== session && !(await save(res, origin, checked))) return failed()
    return { user: checked?.user, refusal: undefined }
  }

  async function own(req: Request, res: Response, place: Place): Promise<boolean> {
    const { origin } = place
    switch (`${req.method} ${req.path}`) {
      case `GET ${paths.signIn}`:
        await signIn.start(req, res, place, new URL(req.originalUrl, origin).searchParams.get('returnTo'))
        return true
      case `GET ${paths.callback}`:
        await signIn.finish(req, res, place)
        return true
      case `POST ${paths.signOut}`:
        await signOut(req, res, place, {
          session: await read(req, origin),
          forget: () => clearCookie(res, origin, cookieNameOf(settings, origin)),
        })
        return true
      case `POST ${paths.backChannelLogout}`:
        await backChannelLogout(req, res)
        return true
      default:
        return false
    }
  }

  /** Nobody is let in who could not be checked. */
  function failed(error?: unknown): Identified {
    if (error !== undefined) onError(error)
    return { user: undefined, refusal: unavailable }
  }

  function answerFailed(req: Request, res: Response) {
    return (error: unknown) => {
      onError(error)
      sendProblem(req, res, unavailable)
    }
  }

  async function handle(req: Request, res: Response, next: NextFunction) {
    const origin = originOf(req, settings)
    if (origin === undefined) return sendProblem(req, res, badHost)
    const place = { origin, mount: req.baseUrl }
    const wasOwn = await own(req, res, place).catch(error => {
      answerFailed(req, res)(error)
      return true
    })
    if (wasOwn) return
    const { user, refusal } = await identify(req, res, origin).catch(failed)
    // A shared cache must not give a person's page to somebody else.
    if (user && !res.hasHeader('Cache-Control')) res.setHeader('Cache-Control', 'private, no-cache')
    const start = (res: Response) => signIn.start(req, res, place, req.originalUrl).catch(answerFailed(req, res))
    req.latchkey = { user, refusal, signIn: start }
    // Without a declared type, because the app may extend Express's `User` itself.
    if (user) Object.assign(req, { user })
    next()
  }

  return (req, res, next) => void handle(req, res, next).catch(next)
}
