/** What is recorded, in the words of the OWASP logging vocabulary where it has one (ASVS 16.3.1). */
export const AUDIT_EVENTS = [
  'authn_login_success',
  'authn_login_fail',
  'authn_login_fail_max',
  'authn_login_lock',
  'authn_login_unlock',
  'authn_second_factor_fail',
  'authn_reauthenticate_success',
  'authn_reauthenticate_fail',
  'authn_password_change',
  'authn_password_change_fail',
  'authn_password_reset_request',
  'authn_password_reset',
  'authn_password_reset_fail',
  'authn_factor_added',
  'authn_factor_removed',
  'authn_recovery_codes_issued',
  'authn_recovery_code_used',
  'authn_device_trusted',
  'authn_device_forgotten',
  'authn_token_created',
  'authn_token_revoked',
  'authn_token_reported',
  'session_ended',
  'user_created',
  'user_invited',
  'user_updated',
  'user_email_verified',
  'user_email_change_request',
  'user_email_changed',
  'user_email_change_undone',
  'user_disabled',
  'user_enabled',
  'user_deleted',
  'user_data_exported',
  'user_reported_misuse',
  'sys_signing_key_rotated',
  'sys_signing_key_retired',
  'privilege_permissions_changed',
  'authz_fail',
  'excess_rate_limit_exceeded',
  'malicious_extraneous',
] as const

export type AuditEvent = (typeof AUDIT_EVENTS)[number]

/** No secret and no session id ever: ids, names of factors, counts, reasons. */
type AuditDetails = Record<string, string | number | boolean | null | string[]>

export type AuditEntry = {
  /** Whom it happened to. */
  userId?: string | null
  /** Who did it, where that is not the user; null for somebody who is no user, such as a stranger or an operator. */
  actorId?: string | null
  /** Public id of the session in which, or to which, it happened. */
  sessionId?: string | null
  details?: AuditDetails
}
