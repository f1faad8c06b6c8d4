import type { Request, Response } from 'express'
import type { JWTPayload } from 'jose'
import { randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client'
import { redirect, sendProblem } from './answers.ts'
import { clearCookie, cookieNameOf, cookiesOf, createSealer, setCookie } from './cookies.ts'
import type { Settings } from './options.ts'
import { sessionTooLarge, signInFailed, signInRefused, unknownSignIn } from './problems.ts'
import { isUnavailable, type Provider } from './provider.ts'
import { returnPathOf } from './return-to.ts'
import { createSession, isEnded, keysOf, type Session, secondsNow } from './session.ts'

/** Seconds that a person may take to sign in. */
const LIFETIME = 600

/** Sign-ins under way that one browser can have; more would exceed what a server takes in headers. */
const MOST_AT_ONCE = 5

/** Where a request came in: the app's origin, and the path below which `latchkey()` is mounted. */
export type Place = { origin: string; mount: string }

type Started = { state: string; nonce: string; codeVerifier: string; returnTo: string }

type SaveSession = (res: Response, origin: string, session: Session) => Promise<boolean>

/** Sends browsers to the login server and takes them back. */
export function createSignIn(settings: Settings, provider: Provider, save: SaveSession) {
  const { paths, onError, endedSessions, maxAge } = settings
  const { seal, open } = createSealer(settings, 'sign-in')

  /** Each visit has its own cookie, so that two tabs can sign in side by side. */
  async function start(req: Request, res: Response, { origin, mount }: Place, wanted: unknown) {
    const state = randomState()
    const nonce = randomNonce()
    const codeVerifier = randomPKCECodeVerifier()
    const returnTo = returnPathOf(wanted, origin)
    const url = await provider.authorizationUrl(`${origin}${mount}${paths.callback}`, { state, nonce, codeVerifier })
    const value = await seal({ state, nonce, codeVerifier, returnTo, exp: secondsNow() + LIFETIME })
    if (value === undefined) throw new Error('the cookie of a sign-in is too large')
    for (const name of startedIn(req, origin).slice(0, 1 - MOST_AT_ONCE)) clearCookie(res, origin, name)
    setCookie(res, origin, nameFor(origin, state), value, LIFETIME)
    redirect(res, 302, url)
  }

  function startedIn(req: Request, origin: string): string[] {
    return [...cookiesOf(req).keys()].filter(name => name.startsWith(nameFor(origin, '')))
  }

  function nameFor(origin: string, state: string): string {
    return `${cookieNameOf(settings, origin)}.${state.slice(0, 16)}`
  }

  async function finish(req: Request, res: Response, { origin, mount }: Place) {
    const answer = new URL(`${origin}${mount}${paths.callback}`)
    answer.search = new URL(req.originalUrl, origin).search
    const again = `${mount}${paths.signIn}`
    const started = await startedBy(req, origin, answer.searchParams.getAll('state'))
    if (!started) return sendProblem(req, res, unknownSignIn, again)
    const retry = `${again}?returnTo=${encodeURIComponent(started.returnTo)}`
    clearCookie(res, origin, nameFor(origin, started.state))
    const error = answer.searchParams.get('error')
    if (error !== null) return sendProblem(req, res, signInRefused(error), retry)
    const session = await redeemed(answer, started)
    if (!session) return sendProblem(req, res, signInFailed, retry)
    if (!(await save(res, origin, session))) return sendProblem(req, res, sessionTooLarge)
    redirect(res, 303, started.returnTo)
  }

  async function startedBy(req: Request, origin: string, states: string[]): Promise<Started | undefined> {
    const [state] = states
    if (state === undefined || states.length > 1 || !/^[\w-]{43}$/.test(state)) return undefined
    const started = startedOf(await open(cookiesOf(req).get(nameFor(origin, state))))
    return started?.state === state ? started : undefined
  }

  /** @returns undefined for an answer that is wrong, or a session that ended meanwhile */
  async function redeemed(answer: URL, started: Started): Promise<Session | undefined> {
    try {
      const session = createSession(await provider.redeem(answer, started), maxAge)
      return (await isEnded(endedSessions, keysOf(session), session.issuedAt)) ? undefined : session
    } catch (error) {
      if (isUnavailable(error)) throw error
      onError(error)
      return undefined
    }
  }

  return { start, finish }
}

function startedOf(payload: JWTPayload | undefined): Started | undefined {
  const { state, nonce, codeVerifier, returnTo } = payload ?? {}
  const areTexts = [state, nonce, codeVerifier, returnTo].every(each => typeof each === 'string')
  return areTexts ? ({ state, nonce, codeVerifier, returnTo } as Started) : undefined
}
