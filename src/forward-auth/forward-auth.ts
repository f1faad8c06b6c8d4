import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Env } from '../../configs/env.ts'
import { seconds } from '../durations.ts'
import type { Sealer } from '../encryption/sealer.ts'
import { hasSecondFactor, lacksSecondFactor } from '../factors/policy.ts'
import { problems } from '../problems.ts'
import type { AuthenticationFacts } from '../sessions/facts.ts'
import type { LiveSession } from '../sessions/row.ts'
import type { SessionStore } from '../sessions/store.ts'
import type { Bearer } from '../tokens/bearer.ts'
import type { KeyRing } from '../tokens/key-ring.ts'
import { type ApplicationCookie, openCookie, sealCookie } from './application-cookie.ts'
import { ASSERTION_LIFETIME_SECONDS, type IdentityHeaders, identityOf, NO_IDENTITY, type Visitor } from './identity.ts'
import type { OriginalRequest } from './original-request.ts'
import { type Application, type Applications, permissionsOf, type Rule, ruleFor, ruleIgnoringCase } from './rules.ts'

/** An assertion that is handed out has at least this long to live. */
const ASSERTION_LEAST = seconds(20)
const OWN_PATHS = '/.latchkey/'

export type ForwardAuthOptions = {
  env: Pick<Env, 'BASE_URL' | 'MFA_REQUIRED' | 'SESSION_CACHE'>
  sealer: Sealer
  store: SessionStore
  keyRing: Pick<KeyRing, 'signer'>
  /** @returns undefined if the token is invalid, expired or revoked */
  authenticate: (token: string) => Promise<Bearer | undefined>
  applications: Applications
}

type Credentials = {
  cookie: string | undefined
  /** Read only where the rule accepts tokens. */
  token: () => string | undefined
  /** @returns whether another site caused the request */
  isCrossSite: () => boolean
  isPassive: boolean
}

/** `sign-in` where nobody is signed in who could be let in. */
export type Verdict = IdentityHeaders | 'sign-in'

export type ForwardAuth = ReturnType<typeof createForwardAuth>

export function createForwardAuth(options: ForwardAuthOptions) {
  const { env, sealer, store, keyRing, authenticate, applications } = options
  const max = Math.max(1, env.SESSION_CACHE)
  const opened = new LRUCache<string, ApplicationCookie>({ max })
  const identities = new LRUCache<string, Remembered>({ max })

  function cookieOf({ origin }: Application, value: string): ApplicationCookie | undefined {
    // A digest, so that the time of the lookup tells nothing about a cookie (ASVS 11.2.4).
    const key = hash('sha256', `${origin} ${value}`, 'base64')
    const cached = opened.get(key)
    if (cached) return cached.expires > Date.now() ? cached : undefined
    const cookie = openCookie(sealer, origin, value)
    if (cookie) opened.set(key, cookie)
    return cookie
  }

  /** @returns undefined if the session has ended, or is limited to a review or to enrolling a second factor */
  async function sessionOf(application: Application, value: string | undefined): Promise<Signed | undefined> {
    const cookie = value === undefined ? undefined : cookieOf(application, value)
    const live = cookie && (await store.findByPublicId(cookie.sessionId))
    if (!live?.principal) return undefined
    const remembered = identities.get(keyOf(application, live.publicId))
    const facts = remembered?.source === live ? remembered.facts : factsOf(live)
    if (facts.review || lacksSecondFactor(env, live.principal, facts.auth)) return undefined
    return { live, principal: live.principal, facts }
  }

  async function bySession(application: Application, rule: Rule, credentials: Credentials): Promise<Verdict> {
    const signed = await sessionOf(application, credentials.cookie)
    if (!signed) return 'sign-in'
    if (credentials.isCrossSite())
      throw problems.applicationRefused('Another site caused this request, so it may change nothing here.')
    const { live, principal, facts } = signed
    const { factors = [], at } = facts.auth ?? {}
    demandRole(rule, principal.roles)
    if (rule.secondFactor && !hasSecondFactor(factors))
      throw problems.applicationRefused(
        `This application requires a second factor. Add one at ${env.BASE_URL}/account/security, or sign in again with yours.`,
      )
    if (!credentials.isPassive) store.touchIfDue(live)
    return await remember(application, live, facts, { principal, id: live.publicId, factors, at })
  }

  async function byToken(application: Application, rule: Rule, token: string) {
    const bearer = await authenticate(token)
    if (!bearer) throw problems.invalidToken()
    const permission = rule.bearer ?? ''
    if (!bearer.permissions.has(permission)) throw problems.permissionMissing(permission)
    demandRole(rule, bearer.roles)
    return await remember(application, bearer, {}, { principal: bearer, id: bearer.token.id, factors: [] })
  }

  /** Signs at most once in 40 seconds, and again as soon as anything about the session or its user changes. */
  function remember(
    application: Application,
    source: object,
    facts: Facts,
    visitor: Visitor,
  ): Promise<IdentityHeaders> {
    const key = keyOf(application, visitor.id)
    const known = identities.get(key)
    if (known?.source === source && known.until > Date.now()) return known.headers
    const headers = identityOf({ ring: keyRing, issuer: env.BASE_URL }, application, visitor)
    const until = Date.now() + seconds(ASSERTION_LIFETIME_SECONDS) - ASSERTION_LEAST
    identities.set(key, { source, facts, until, headers })
    headers.catch(() => identities.delete(key))
    return headers
  }

  return {
    applications,

    /** Those that rules demand of bearer tokens. */
    permissions: permissionsOf(applications),

    /** Usually without SQL. @throws 401, 403 */
    check: async (request: OriginalRequest, credentials: Credentials): Promise<Verdict> => {
      const application = applications.get(request.origin)
      if (!application) throw problems.unknownApplication()
      const rule = unambiguousRule(application, request)
      if (rule.access === 'public') return NO_IDENTITY
      if (rule.access === 'denied') throw problems.applicationRefused('The application is not open at this path.')
      const token = rule.bearer === undefined ? undefined : credentials.token()
      if (token !== undefined) return await byToken(application, rule, token)
      return await bySession(application, rule, credentials)
    },

    /** Public id of the session that the cookie of this host belongs to. */
    sessionIdOf: (application: Application, cookie: string) => cookieOf(application, cookie)?.sessionId,

    /** The cookie for the host of an application. */
    issueCookie: (application: Application, live: LiveSession) => sealCookie(sealer, application.origin, live),
  }
}

type Facts = { auth?: AuthenticationFacts; review?: true }
type Signed = { live: LiveSession; principal: NonNullable<LiveSession['principal']>; facts: Facts }
/** `source` is replaced when the session or its user changes. */
type Remembered = { source: object; facts: Facts; until: number; headers: Promise<IdentityHeaders> }

const keyOf = ({ origin }: Application, id: string) => `${origin} ${id}`

function factsOf({ data }: LiveSession): Facts {
  return JSON.parse(data)
}

/** @throws 403 where an application that ignores case would read the path as one of another rule */
function unambiguousRule(application: Application, { method, path }: OriginalRequest): Rule {
  if (path.startsWith(OWN_PATHS))
    throw problems.applicationRefused(`Operator: let the proxy pass ${OWN_PATHS} to Latchkey.`)
  const rule = ruleFor(application, method, path)
  if (rule === ruleIgnoringCase(application, method, path)) return rule
  throw problems.ambiguousRequest('Its path is one of another rule if upper and lower case are the same.')
}

function demandRole({ roles }: Rule, own: readonly string[]) {
  if (roles && !roles.some(role => own.includes(role)))
    throw problems.applicationRefused('Your account has none of the roles that this application requires.')
}
