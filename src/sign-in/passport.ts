import type { Request } from 'express'
import passportLibrary from 'passport'
import { Strategy as LocalStrategy } from 'passport-local'
import type { Failures } from '../factors/failures.ts'
import { type Principal, principalOf, verifiedOf } from '../identity/principal.ts'
import type { PasswordHasher } from '../passwords/hash.ts'
import type { SessionStore } from '../sessions/store.ts'
import { bypassUser } from './bypass.ts'
import { authenticate } from './password.ts'

type PassportDeps = { store: SessionStore; hasher: PasswordHasher; failures: Failures; bypass: 'on' | 'off' }

/**
 * Passport with its strategies: `local` (password), `session` (its own, the cookie) and, in development and tests, `token`.
 * The session holds the user's id only; the user comes with the session from the store, so nothing is looked up twice.
 */
export function createPassport({ store, hasher, failures, bypass }: PassportDeps) {
  const passport = new passportLibrary.Passport()
  passport.serializeUser((user, done) => done(null, user.id))
  passport.deserializeUser((req: Request, id: string, done: (error: unknown, user?: Principal | false) => void) => {
    const principal = store.liveOf(req.session)?.principal
    done(null, principal?.id === id ? principal : false)
  })
  // Both fields come from the parsed body, so the strategy never looks at the query string.
  passport.use(
    new LocalStrategy(
      { usernameField: 'identifier', passwordField: 'password', passReqToCallback: true, session: false },
      (req, identifier, password, done) => {
        const authenticator = req.knownDevice ? 'password:known' : 'password'
        authenticate({ hasher, failures }, identifier, password, authenticator).then(
          user => done(null, user ? verifiedOf(user) : false),
          done,
        )
      },
    ),
  )
  if (bypass === 'on') passport.use('token', new BypassStrategy())
  return passport
}

export type PassportInstance = ReturnType<typeof createPassport>

/** Signs in as whoever `?token=` names, without a password: for development and tests, refused in production at the start. */
class BypassStrategy extends passportLibrary.Strategy {
  override authenticate(req: Request) {
    bypassUser(String(req.query.token)).then(
      user => (user ? this.success(principalOf(user)) : this.fail(401)),
      (error: unknown) => this.error(error),
    )
  }
}
