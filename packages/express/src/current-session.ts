import type { Settings } from './options.ts'
import { isRefused, type Provider } from './provider.ts'
import { isEnded, keyOf, keysOf, type Session, secondsNow } from './session.ts'
import { userOf } from './user.ts'

/** Seconds for which requests that still have the cookie from before a check use its result. */
const SHARED_FOR = 60

/** Checks that a session goes on, without a request to the login server until half of `recheckAfter` is over. */
export function createSessionCheck(settings: Settings, provider: Provider) {
  const { endedSessions, recheckAfter, onError } = settings
  const checks = new Map<string, { at: number; result: Promise<Session | undefined> }>()

  /**
   * @returns the session, renewed where it was checked; undefined where it ended
   * @throws where nobody can say, and the last check is `recheckAfter` ago
   */
  async function current(session: Session): Promise<Session | undefined> {
    if (await hasEnded(session)) return undefined
    const age = secondsNow() - session.checkedAt
    if (age < recheckAfter / 2) return session
    if (!session.refreshToken) return age < recheckAfter ? session : undefined
    const checked = await check(session, session.refreshToken).catch(error => {
      if (age >= recheckAfter) throw error
      onError(error)
      return session
    })
    return checked && (await hasEnded(checked)) ? undefined : checked
  }

  function hasEnded(session: Session): Promise<boolean> {
    return isEnded(endedSessions, keysOf(session), session.issuedAt)
  }

  /** Once for all requests with this cookie: a refresh token may be good for one use only. */
  function check(session: Session, refreshToken: string): Promise<Session | undefined> {
    const now = secondsNow()
    for (const [id, { at }] of checks) if (now - at > Math.min(SHARED_FOR, recheckAfter / 2)) checks.delete(id)
    const shared = checks.get(session.id)
    if (shared && session.checkedAt < shared.at) return shared.result
    const result = ask(session, refreshToken)
    checks.set(session.id, { at: now, result })
    result.catch(() => checks.delete(session.id))
    return result
  }

  async function ask(session: Session, refreshToken: string): Promise<Session | undefined> {
    try {
      const { claims, issuedAt, idToken, refreshToken: next } = await provider.refresh(session.sub, refreshToken)
      return {
        ...session,
        user: userOf(session.sub, claims, 'session'),
        issuedAt: issuedAt ?? session.issuedAt,
        checkedAt: secondsNow(),
        idToken: idToken ?? session.idToken,
        refreshToken: next,
      }
    } catch (error) {
      if (!isRefused(error)) throw error
      await endedSessions.end(keyOf.session(session.id), session.expiresAt, session.expiresAt)
      return undefined
    }
  }

  return current
}
