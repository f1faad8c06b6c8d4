import type { Request } from 'express'
import { LRUCache } from 'lru-cache'
import type { Logger } from '../../configs/logger.ts'
import type { AuditEvent } from '../../models/audit-event.ts'
import type { Audit } from '../audit/audit.ts'
import { minutes } from '../durations.ts'
import type { ProblemCode } from '../problem.ts'
import type { HttpProblem } from '../problems.ts'
import { presentedSid, type SessionCookie, signedSid } from '../sessions/cookie.ts'

/** May indicate an attack, unlike a missing sign-in or a mistyped field. */
const LOGGED = new Set<ProblemCode>([
  'ambiguous_request',
  'application_refused',
  'application_sign_in_failed',
  'credentials_in_url',
  'cross_site_request',
  'duplicate_cookie',
  'forbidden',
  'insecure_transport',
  'invalid_code',
  'invalid_credentials',
  'invalid_invitation',
  'invalid_link',
  'invalid_setup_link',
  'invalid_token',
  'last_administrator',
  'proxy_not_trusted',
  'too_many_requests',
])

const EVENTS: Partial<Record<ProblemCode, AuditEvent>> = {
  forbidden: 'authz_fail',
  too_many_requests: 'excess_rate_limit_exceeded',
  validation_failed: 'malicious_extraneous',
}

/** One event per user or address and minute, so that refusals cannot fill the audit log. */
const PAUSE = minutes(1)
const REMEMBERED = 10_000

type RefusalDeps = { logger: Logger; audit: Audit; cookie: SessionCookie }

export type NoteRefusal = (req: Request, problem: HttpProblem) => Promise<void>

/** Logs suspicious refusals, and audits those that concern a user (ASVS 16.3.2, 16.3.3). */
export function createRefusalNotes({ logger, audit, cookie }: RefusalDeps): NoteRefusal {
  const recorded = new LRUCache<string, true>({ max: REMEMBERED, ttl: PAUSE })

  return async (req, problem) => {
    const isForged = problem.status === 401 && signedSid(cookie, req) !== undefined && !presentedSid(cookie, req)
    if (!isForged && !LOGGED.has(problem.code) && !hasUnknownField(problem)) return
    const { id = null } = req.bearer ?? req.user ?? {}
    const { method, ip } = req
    const path = pathOf(req)
    const forged = isForged && { forgedCookie: true }
    logger.info('request refused', { code: problem.code, method, path, address: ip, userId: id, ...forged })
    const { event, userId, actorId } = eventOf(problem, id)
    if (!event) return
    const key = `${event} ${userId ?? ip}`
    if (recorded.has(key)) return
    recorded.set(key, true)
    await audit.record(event, { userId, actorId, details: { code: problem.code, method, path } })
  }
}

/** Contains no ids. */
function pathOf({ route, originalUrl }: Request): string {
  const parts = originalUrl.split('?', 1)[0]?.split('/') ?? []
  if (!route) return parts.slice(0, 3).join('/')
  const declared: string = route.path
  return parts.slice(0, parts.length - declared.split('/').length + 1).join('/') + declared
}

function eventOf(problem: HttpProblem, personId: string | null) {
  const { event } = problem.extras
  if (event) return { event: event.name, userId: event.userId, actorId: personId }
  if (!personId) return {}
  if (problem.code === 'validation_failed' && !hasUnknownField(problem)) return {}
  return { event: EVENTS[problem.code], userId: personId, actorId: personId }
}

function hasUnknownField({ extras }: HttpProblem): boolean {
  return extras.errors?.some(({ code }) => code === 'unknown_field') ?? false
}
