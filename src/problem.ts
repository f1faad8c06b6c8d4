import { STATUS_CODES } from 'node:http'
import { z } from 'zod'
import type { AuditEvent } from '../models/audit-event.ts'
import { END_REASONS, type EndReason } from '../models/session.ts'

/** Every `code` that an answer of this server may carry. Clients branch on it, so a code is never renamed (docs/problems.md). */
export const PROBLEM_CODES = [
  'malformed_request',
  'duplicate_cookie',
  'malformed_json',
  'credentials_in_url',
  'missing_token',
  'insecure_transport',
  'authentication_required',
  'invalid_token',
  'invalid_credentials',
  'bypass_disabled',
  'reauthentication_required',
  'second_factor_required',
  'second_factor_enrolment_required',
  'review_required',
  'email_not_verified',
  'invalid_code',
  'invalid_link',
  'forbidden',
  'cross_site_request',
  'registration_closed',
  'invalid_setup_link',
  'already_set_up',
  'invalid_invitation',
  'not_found',
  'method_not_allowed',
  'account_exists',
  'role_exists',
  'too_many_tokens',
  'last_administrator',
  'conflict',
  'precondition_failed',
  'factor_exists',
  'second_factor_needed',
  'payload_too_large',
  'unsupported_media_type',
  'validation_failed',
  'precondition_required',
  'too_many_requests',
  'headers_too_large',
  'internal_error',
  'service_unavailable',
] as const

export type ProblemCode = (typeof PROBLEM_CODES)[number]

/** One refused field: `pointer` is a JSON Pointer into the body as a URI fragment (RFC 6901, section 6). */
export type FieldError = { pointer: string; detail: string; code: string }

/** The audit event that a refusal is, and the account that it concerns, known or not. */
export type RefusalEvent = { name: AuditEvent; userId: string | null }

type ProblemExtras = {
  /** The plain sentence under `error`; the status phrase unless given. */
  error?: string
  /** Why a session that this request presented is no longer alive. */
  reason?: EndReason
  errors?: FieldError[]
  /** Recorded by src/http/refusals.ts. */
  event?: RefusalEvent
  headers?: Record<string, string>
  cause?: unknown
}

/** Thrown anywhere, answered in one place as RFC 9457 problem details (src/http/error-handler.ts). */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  readonly status: number
  readonly code: ProblemCode
  readonly extras: ProblemExtras

  constructor(status: number, code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail, { cause: extras.cause })
    this.status = status
    this.code = code
    this.extras = extras
  }

  /** The body on the wire. `requestId` finds the log lines of the same request. */
  toJSON(requestId: string) {
    const title = STATUS_CODES[this.status] ?? 'Error'
    return {
      type: 'about:blank',
      title,
      status: this.status,
      detail: this.message,
      code: this.code,
      instance: `urn:uuid:${requestId}`,
      error: this.extras.error ?? title,
      ...(this.extras.reason && { reason: this.extras.reason }),
      ...(this.extras.errors && { errors: this.extras.errors }),
    }
  }
}

/** 422 that names every refused field (ASVS 2.2.1). */
export function invalid(errors: FieldError[]) {
  return new HttpProblem(
    422,
    'validation_failed',
    `Correct the fields named under errors: ${errors
      .map(e => e.pointer)
      .join(', ')
      .slice(0, 200)}.`,
    {
      error: 'Validation failed',
      errors,
    },
  )
}

/** Closes the connection, on which the rest of the body would come. */
export function bodyTooLarge() {
  return new HttpProblem(413, 'payload_too_large', 'The body is larger than 32 kB. Send less.', {
    headers: { Connection: 'close' },
  })
}

export const ProblemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(PROBLEM_CODES),
    instance: z.string(),
    error: z.string(),
    reason: z
      .enum(END_REASONS)
      .optional()
      .meta({ description: 'Why the session is over that the cookie names; only for a cookie that we signed.' }),
    errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string(), code: z.string() })).optional(),
  })
  .meta({
    id: 'Problem',
    description: 'Problem details (RFC 9457). `error` is the plain sentence, `code` the stable name.',
  })
