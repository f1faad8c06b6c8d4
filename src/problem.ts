import { z } from 'zod'
import type { AuditEvent } from '../models/audit-event.ts'
import { END_REASONS, type EndReason } from '../models/session.ts'

/** Clients depend on the codes, so never rename one (docs/problems.md). */
export const PROBLEMS = {
  malformed_request: [400, 'Malformed request'],
  duplicate_cookie: [400, 'Duplicate cookie'],
  malformed_json: [400, 'Malformed JSON'],
  credentials_in_url: [400, 'Credentials in the URL'],
  missing_token: [400, 'Missing token'],
  insecure_transport: [400, 'HTTPS required'],
  authentication_required: [401, 'Authentication required'],
  invalid_token: [401, 'Invalid token'],
  provider_refused: [401, 'Sign-in refused'],
  provider_cancelled: [401, 'Sign-in cancelled'],
  provider_answer_unknown: [401, 'Unknown sign-in'],
  provider_answer_foreign: [401, 'Sign-in of another browser'],
  provider_answer_used: [401, 'Sign-in already used'],
  provider_answer_expired: [401, 'Sign-in expired'],
  invalid_credentials: [401, 'Invalid credentials'],
  bypass_disabled: [401, 'Bypass is disabled'],
  second_factor_required: [401, 'Second factor required'],
  reauthentication_required: [403, 'Reauthentication required'],
  second_factor_enrolment_required: [403, 'Second factor enrolment required'],
  review_required: [403, 'Review required'],
  email_not_verified: [403, 'Email not verified'],
  invalid_link: [403, 'Invalid link'],
  other_browser: [403, 'Opened in another browser'],
  sign_in_way_disabled: [403, 'Sign-in method disabled'],
  forbidden: [403, 'Admin access required'],
  ambiguous_request: [403, 'Ambiguous request'],
  proxy_not_trusted: [403, 'Proxy not trusted'],
  unknown_application: [403, 'Unknown application'],
  application_refused: [403, 'No access to the application'],
  application_sign_in_failed: [403, 'Sign-in to the application failed'],
  cross_site_request: [403, 'Cross-site request refused'],
  registration_closed: [403, 'Registration is closed'],
  invalid_setup_link: [403, 'Invalid setup link'],
  invalid_invitation: [403, 'Invitation required'],
  not_found: [404, 'Not found'],
  method_not_allowed: [405, 'Method not allowed'],
  already_set_up: [409, 'Server already set up'],
  account_exists: [409, 'Account exists'],
  role_exists: [409, 'Role exists'],
  client_exists: [409, 'Client exists'],
  too_many_tokens: [409, 'Too many tokens'],
  last_administrator: [409, 'Last administrator'],
  conflict: [409, 'Conflict'],
  identity_undecided: [409, 'Account not linked'],
  identity_taken: [409, 'Identity taken'],
  too_many_identities: [409, 'Too many identities'],
  last_way_in: [409, 'Last way to sign in'],
  factor_exists: [409, 'Second factor exists'],
  second_factor_needed: [409, 'Second factor needed'],
  precondition_failed: [412, 'Precondition failed'],
  payload_too_large: [413, 'Body too large'],
  unsupported_media_type: [415, 'Unsupported media type'],
  validation_failed: [422, 'Validation failed'],
  invalid_code: [422, 'Invalid code'],
  precondition_required: [428, 'Precondition required'],
  too_many_requests: [429, 'Too many attempts'],
  headers_too_large: [431, 'Headers too large'],
  internal_error: [500, 'Internal error'],
  provider_unavailable: [503, 'Provider unavailable'],
  service_unavailable: [503, 'Service unavailable'],
} as const satisfies Record<string, [status: number, title: string]>

export type ProblemCode = keyof typeof PROBLEMS

/** `pointer` is a JSON Pointer as a URI fragment (RFC 6901, section 6). */
export type FieldError = { pointer: string; detail: string; code: string }

/** `userId` is null for an unknown account. */
export type RefusalEvent = { name: AuditEvent; userId: string | null }

export type ProblemExtras = {
  /** Overrides the usual status of the code. */
  status?: number
  reason?: EndReason | undefined
  errors?: FieldError[]
  event?: RefusalEvent | undefined
  headers?: Record<string, string>
  cause?: unknown
}

export const ProblemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(PROBLEMS) as ProblemCode[]),
    instance: z.string(),
    error: z.string(),
    reason: z
      .enum(END_REASONS)
      .optional()
      .meta({ description: 'Why the session named by the cookie ended. Only for a cookie with a valid signature.' }),
    errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string(), code: z.string() })).optional(),
  })
  .meta({
    id: 'Problem',
    description: 'Problem details (RFC 9457). `code` is stable, `error` is a short title.',
  })
