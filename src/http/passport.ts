import type { Request, Response } from 'express'
import passportLibrary from 'passport'
import { Strategy as LocalStrategy } from 'passport-local'
import type { Expected, Leaving, ProviderClient } from '../federation/client.ts'
import type { Providers } from '../federation/providers.ts'
import { type Principal, principalOf } from '../identity/principal.ts'
import type { SessionStore } from '../sessions/store.ts'
import { bypassUser } from '../sign-in/bypass.ts'
import { type PasswordDeps, verifyPassword } from '../sign-in/password.ts'
import { deviceClientOf } from './browser-cookies.ts'

type PassportDeps = PasswordDeps & { store: SessionStore; providers: Providers; bypass: 'on' | 'off' }

/**
 * Passport with its strategies: `local` (password), `session` (its own, the cookie), one for each provider and, in development and
 * tests, `token`.
 * The session holds the user's id only; the user comes with the session from the store, so nothing is looked up twice.
 */
export function createPassport({ store, providers, bypass, ...deps }: PassportDeps) {
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
        verifyPassword(deps, deviceClientOf(req), identifier, password).then(user => done(null, user ?? false), done)
      },
    ),
  )
  for (const client of providers.all()) passport.use(client.settings.name, new ProviderStrategy(client))
  if (bypass === 'on') passport.use('token', new BypassStrategy())
  return passport
}

export type PassportInstance = ReturnType<typeof createPassport>

/** Signs in as the user that `?token=` names, without a password: for development and tests, refused in production at the start. */
class BypassStrategy extends passportLibrary.Strategy {
  override authenticate(req: Request) {
    bypassUser(String(req.query.token)).then(
      user => (user ? this.success(principalOf(user)) : this.fail(401)),
      (error: unknown) => this.error(error),
    )
  }
}

/** Leaves for a provider, or redeems the answer that came back. */
type ProviderStep = { leave: Leaving } | { answer: URL; expected: Expected }

/** One strategy for all providers, under the name of each; `cas` is one of them. Its user is a Profile. */
class ProviderStrategy extends passportLibrary.Strategy {
  /** Public: Passport calls `authenticate` on an object that only inherits from this one. */
  readonly client: ProviderClient

  constructor(client: ProviderClient) {
    super()
    this.client = client
  }

  override authenticate(_req: Request, step: ProviderStep) {
    if ('leave' in step)
      this.client.authorizationUrl(step.leave).then(
        url => this.redirect(url),
        (error: unknown) => this.error(error),
      )
    else
      this.client.profileFrom(step.answer, step.expected).then(
        profile => this.success(profile as unknown as Express.User),
        (error: unknown) => this.error(error),
      )
  }
}

/**
 * Asks one Passport strategy for the user, without starting a session.
 * @returns undefined if the strategy refuses, or answered by a redirect
 * @throws what the strategy throws
 */
export function authenticateWith<User = Principal>(
  passport: PassportInstance,
  strategy: string,
  req: Request,
  res: Response,
  options: object = {},
): Promise<User | undefined> {
  return new Promise((resolve, reject) => {
    res.once('finish', () => resolve(undefined))
    function decide(error: unknown, user?: unknown) {
      if (error) reject(error)
      else resolve((user || undefined) as User | undefined)
    }
    passport.authenticate(strategy, { ...options, session: false }, decide)(req, res, reject)
  })
}
