import { STATUS_CODES } from 'node:http'
import type { EndReason } from '../models/session.ts'
import { type FieldError, PROBLEMS, type ProblemCode, type ProblemExtras, type RefusalEvent } from './problem.ts'
import type { Unready } from './readiness.ts'

/** RFC 9457 problem details, created only by `problems`. */
class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  readonly status: number
  readonly code: ProblemCode
  readonly extras: ProblemExtras

  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail, { cause: extras.cause })
    this.status = extras.status ?? PROBLEMS[code][0]
    this.code = code
    this.extras = extras
  }

  /** `requestId` finds the log lines of the request. */
  toJSON(requestId: string) {
    const { reason, errors } = this.extras
    return {
      type: 'about:blank',
      title: STATUS_CODES[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
      code: this.code,
      instance: `urn:uuid:${requestId}`,
      error: PROBLEMS[this.code][1],
      ...(reason && { reason }),
      ...(errors && { errors }),
    }
  }
}

export type { HttpProblem }

export function isProblem(error: unknown): error is HttpProblem {
  return error instanceof HttpProblem
}

/** What is wrong, field by field where fields are, for a log or a terminal. */
export function sentencesOf({ message, extras: { errors } }: HttpProblem): string {
  return errors?.map(({ detail }) => detail).join(' ') ?? message
}

export const problems = {
  // 400 Bad Request
  unreadable: () =>
    new HttpProblem('malformed_request', 'The request could not be read. Check its path, headers and body.'),
  notHttp: () => new HttpProblem('malformed_request', 'This is not an HTTP/1.1 request.'),
  notOneHost: () => new HttpProblem('malformed_request', 'Send exactly one Host header.'),
  tooManyCookies: (most: number) =>
    new HttpProblem('malformed_request', `Send at most ${most} cookies. Clear the cookies of this site.`),
  malformedAuthorization: () =>
    new HttpProblem('malformed_request', 'Send a single header of the form `Authorization: Bearer <token>`.', {
      headers: challenge({ error: 'invalid_request', error_description: 'The Authorization header is malformed' }),
    }),
  duplicateCookie: () =>
    new HttpProblem(
      'duplicate_cookie',
      'The session cookie was sent twice, and one of them may not be yours. Clear the cookies of this site and sign in again.',
    ),
  malformedJson: () => new HttpProblem('malformed_json', 'The body is not valid JSON.'),
  passwordInUrl: () =>
    new HttpProblem(
      'credentials_in_url',
      'Send credentials in the JSON body, never in the URL. This password may have been logged: change it.',
    ),
  tokenInUrl: () =>
    new HttpProblem(
      'credentials_in_url',
      'Send the token in the Authorization header, never in the URL. This token may have been logged: revoke it at POST /auth/tokens/report.',
      {
        headers: challenge({
          error: 'invalid_request',
          error_description: 'The token must be sent in the Authorization header',
        }),
      },
    ),
  invalidLogoutToken: () => new HttpProblem('malformed_request', 'The logout token is invalid or too old.'),
  invalidLogoutRequest: () => new HttpProblem('malformed_request', 'This is not a logout request of a CAS server.'),
  missingBypassToken: () =>
    new HttpProblem('missing_token', 'Name the user to sign in as: /auth/bypass?token=USERNAME.'),
  insecureTransport: () =>
    new HttpProblem(
      'insecure_transport',
      'Use https. Operator: let the proxy send X-Forwarded-Proto, and list the proxy in TRUST_PROXY.',
    ),

  // 401 Unauthorized
  authenticationRequired: (reason?: EndReason) =>
    new HttpProblem('authentication_required', 'Sign in at POST /auth/login and send the session cookie.', { reason }),
  tooManyWrongCodes: () =>
    new HttpProblem('authentication_required', 'Too many incorrect codes. Sign in again at POST /auth/login.', {
      reason: 'too-many-attempts',
    }),
  /** @param location where a browser signs in to the application */
  applicationSignIn: (location: string | undefined) =>
    new HttpProblem('authentication_required', 'Sign in to use this application.', {
      ...(location !== undefined && { headers: { Location: location } }),
    }),
  /** Names no error, because the request has no token (RFC 6750, 3.1). */
  bearerRequired: () =>
    new HttpProblem(
      'authentication_required',
      'Send a bearer token: `Authorization: Bearer <token>`. The API does not accept the session cookie.',
      { headers: challenge({}) },
    ),
  invalidToken: () =>
    new HttpProblem(
      'invalid_token',
      'The token is invalid, expired or revoked. Create a new one at POST /auth/token or POST /auth/tokens.',
      {
        headers: challenge({
          error: 'invalid_token',
          error_description: 'The token is invalid, expired or revoked',
        }),
      },
    ),
  /** The same for known and unknown accounts (ASVS 6.3.8). */
  invalidCredentials: () => new HttpProblem('invalid_credentials', 'The username or password is incorrect.'),
  /** The same for a wrong answer of the provider and for an account here that cannot be signed in to. */
  providerRefused: () =>
    new HttpProblem('provider_refused', 'The sign-in was refused. Try again, or sign in another way.'),
  providerCancelled: () => new HttpProblem('provider_cancelled', 'You cancelled at the provider. Nothing has changed.'),
  providerAnswerUnknown: () =>
    new HttpProblem('provider_answer_unknown', 'This server is not waiting for this sign-in. Start again.'),
  providerAnswerForeign: () =>
    new HttpProblem(
      'provider_answer_foreign',
      'This sign-in was started in another browser, or cookies are blocked. Start again in this browser.',
    ),
  providerAnswerUsed: () =>
    new HttpProblem(
      'provider_answer_used',
      'This sign-in was already completed. Start again if you are not signed in.',
    ),
  providerAnswerExpired: () =>
    new HttpProblem('provider_answer_expired', 'The sign-in took longer than ten minutes. Start again.'),
  wrongCurrentPassword: () =>
    new HttpProblem(
      'invalid_credentials',
      'The current password is incorrect. If you forgot it, reset it at POST /auth/forgot-password.',
    ),
  unusableBypassUser: () =>
    new HttpProblem('invalid_credentials', 'The user is disabled, or this is not a valid username.'),
  bypassDisabled: () => new HttpProblem('bypass_disabled', 'Set BYPASS_AUTH=true in development or tests.'),
  secondFactorRequired: () =>
    new HttpProblem(
      'second_factor_required',
      'The password is correct. Send your second factor to POST /auth/second-factor.',
    ),
  /** For bearer tokens (RFC 9470, section 3). @param maxAge in seconds */
  recentTokenRequired: (maxAge: number) =>
    new HttpProblem(
      'reauthentication_required',
      'Verify your identity at POST /auth/reauthenticate, then repeat the request with a new token from POST /auth/token.',
      {
        status: 401,
        headers: challenge({
          error: 'insufficient_user_authentication',
          error_description: 'A more recent authentication is required',
          max_age: String(maxAge),
        }),
      },
    ),

  // 403 Forbidden
  reauthenticationRequired: () =>
    new HttpProblem(
      'reauthentication_required',
      'Verify your identity at POST /auth/reauthenticate, by your second factor if you have one, then repeat the request.',
    ),
  enrolmentRequired: () =>
    new HttpProblem(
      'second_factor_enrolment_required',
      'This server requires a second factor. Add one at POST /auth/totp or POST /auth/passkeys/options, or verify yours at POST /auth/reauthenticate.',
    ),
  reviewRequired: () =>
    new HttpProblem(
      'review_required',
      'The account was recovered. Review its second factors first: GET /auth/review, then POST /auth/review.',
    ),
  emailNotVerified: () =>
    new HttpProblem(
      'email_not_verified',
      'Verify your email address first. POST /auth/verify-email/resend sends a new link. If you have no address, add one at POST /auth/change-email.',
    ),
  invalidLink: (event?: RefusalEvent) =>
    new HttpProblem(
      'invalid_link',
      'The link has expired, was already used, or was replaced by a newer one. Request a new one.',
      { event },
    ),
  otherBrowser: () =>
    new HttpProblem(
      'other_browser',
      'This link was opened in another browser. Open it in the browser that requested it, or enter the code of the email there.',
    ),
  /** @param offered the ways that SIGN_IN_WITH names */
  signInWayDisabled: (way: string, offered: string[]) =>
    new HttpProblem(
      'sign_in_way_disabled',
      `This server does not offer sign-in by ${way}. It offers: ${offered.join(', ')}.`,
    ),
  /** For bearer tokens (RFC 6750, 3.1). */
  permissionMissing: (permission: string) =>
    new HttpProblem(
      'forbidden',
      `This requires the permission ${permission}, both as a scope of the token and in a role of its owner.`,
      { headers: challenge({ error: 'insufficient_scope', scope: permission }) },
    ),
  authorityMissing: (permissions: string[]) =>
    new HttpProblem('forbidden', `This requires permissions that you do not have: ${permissions.join(', ')}.`),
  crossSiteRequest: (header: string, value: string | string[], origin: string) =>
    new HttpProblem(
      'cross_site_request',
      `${header} is ${JSON.stringify(value).slice(0, 100)}, but only requests from ${origin} may change anything. Operator: if this server has another address, set BASE_URL to it.`,
    ),
  /** @param detail what is wrong with the request that a proxy asks about */
  ambiguousRequest: (detail: string) => new HttpProblem('ambiguous_request', detail),
  proxyNotTrusted: () =>
    new HttpProblem(
      'proxy_not_trusted',
      'Only a proxy may ask this. Operator: list the address of the proxy in TRUST_PROXY.',
    ),
  askedAtLoginHost: () =>
    new HttpProblem(
      'proxy_not_trusted',
      'Visitors of this server may not ask this. Operator: let the proxy ask with another Host header, such as that of the application.',
    ),
  unknownApplication: () =>
    new HttpProblem(
      'unknown_application',
      'No application has this address. Operator: list it under hosts: in CLIENTS_FILE.',
    ),
  applicationRefused: (detail: string) => new HttpProblem('application_refused', detail),
  applicationSignInFailed: () =>
    new HttpProblem(
      'application_sign_in_failed',
      'The sign-in expired, was already used, or was started in another browser. Open the application again. If this repeats, allow cookies.',
    ),
  domainNotAllowed: () =>
    new HttpProblem('registration_closed', 'Only verified addresses of certain domains can create an account here.'),
  registrationClosed: () =>
    new HttpProblem('registration_closed', 'Registration is closed. Ask an administrator for an account.'),
  invitationsClosed: () =>
    new HttpProblem('registration_closed', 'Nobody could use the invitation: set REGISTRATION to invite.'),
  invalidSetupLink: () =>
    new HttpProblem(
      'invalid_setup_link',
      'The setup link has expired or was already used. `npm run latchkey -- setup-link` prints a new one.',
    ),
  invalidInvitation: () =>
    new HttpProblem(
      'invalid_invitation',
      'You need an unused, unexpired invitation for this email address. Ask an administrator for one.',
    ),

  // 404 Not Found, 405 Method Not Allowed, 408 Request Timeout
  /** @param list the request that lists what exists */
  notFound: (what: string, list?: string) =>
    new HttpProblem('not_found', list ? `No such ${what}. See ${list}.` : `No such ${what}.`),
  authorizationRequestNotFound: () =>
    new HttpProblem('not_found', 'This request of an application is unknown or has expired. Start again there.'),
  deviceCodeNotFound: () =>
    new HttpProblem('not_found', 'No device waits with this code. Check it, or start again on the device.'),
  nothingPending: () =>
    new HttpProblem('not_found', 'No identity is waiting for a decision in this browser. Start again at the provider.'),
  noRoute: () =>
    new HttpProblem('not_found', 'No route matches this method and path. GET /openapi.json lists all routes.'),
  noUnconfirmedApp: () =>
    new HttpProblem(
      'not_found',
      'This session has no authenticator app to confirm, or it has expired. Start with POST /auth/totp.',
    ),
  noPasskeys: () => new HttpProblem('not_found', 'You have no passkeys. Add one at POST /auth/passkeys/options.'),
  noEmailChange: () => new HttpProblem('not_found', 'No change of your email address is pending.'),
  methodNotAllowed: (method: string, allowed: string) =>
    new HttpProblem('method_not_allowed', `${method} is not allowed here. Allowed: ${allowed}.`),
  requestTimeout: () =>
    new HttpProblem('malformed_request', 'The request took too long to arrive. Send it again.', { status: 408 }),

  // 409 Conflict
  /** @param command creates another administrator */
  alreadySetUp: (command: string) =>
    new HttpProblem(
      'already_set_up',
      `This server already has an administrator. To create another, run \`${command}\`.`,
    ),
  accountExists: () =>
    new HttpProblem('account_exists', 'An account with this email address or username already exists.'),
  roleExists: () => new HttpProblem('role_exists', 'A role with this name already exists.'),
  clientExists: () =>
    new HttpProblem('client_exists', 'A client with this ID, or another client with this resource, already exists.'),
  noSecretsFor: (authMethod: string) =>
    new HttpProblem('conflict', `A client with the authentication method ${authMethod} has no secrets.`),
  tooManyClientSecrets: (most: number) =>
    new HttpProblem('conflict', `The client has ${most} secrets, the maximum. Remove one first.`),
  tooManyTokens: (most: number) =>
    new HttpProblem('too_many_tokens', `You have ${most} tokens, the maximum. Revoke one at DELETE /auth/tokens/:id.`),
  lastAdministrator: () =>
    new HttpProblem(
      'last_administrator',
      'This would leave no enabled administrator. Give someone else the admin role first.',
    ),
  conflict: ({ detail, cause }: { detail?: string; cause?: unknown } = {}) =>
    new HttpProblem('conflict', detail ?? 'Someone else changed this at the same time. Reload it and try again.', {
      cause,
    }),
  passwordChanged: () =>
    new HttpProblem('conflict', 'The password was changed at the same time. Sign in again with the current one.'),
  accountDisabled: () => new HttpProblem('conflict', 'The account is disabled. Enable it first.'),
  noEmail: () => new HttpProblem('conflict', 'Your account has no email address. Add one at POST /auth/change-email.'),
  noEmailToInvite: () =>
    new HttpProblem('conflict', 'Anyone with the link can use this invitation; it has no address to send it to.'),
  noEmailToReset: () =>
    new HttpProblem('conflict', 'The user has no email address that a reset link could be sent to.'),
  ownFactors: () =>
    new HttpProblem('conflict', 'Remove your own second factors at DELETE /auth/totp and DELETE /auth/passkeys/:id.'),
  builtInRole: (name: string) =>
    new HttpProblem('conflict', `The built-in role ${name} cannot be changed. Create another role.`),
  nothingToReview: () =>
    new HttpProblem('conflict', 'There is nothing to review. Manage your second factors at /auth/factors.'),
  appExists: () =>
    new HttpProblem(
      'factor_exists',
      'You already have an authenticator app. To replace it, remove it at DELETE /auth/totp first.',
    ),
  passkeyExists: () => new HttpProblem('factor_exists', 'This passkey is already registered.'),
  tooManyPasskeys: (most: number) =>
    new HttpProblem('factor_exists', `You have ${most} passkeys, the maximum. Remove one first.`),
  identityUndecided: () =>
    new HttpProblem(
      'identity_undecided',
      'No account is linked yet. GET /auth/identities/pending shows the choices: sign in and link it, or create an account.',
    ),
  identityTaken: () =>
    new HttpProblem('identity_taken', 'This identity is linked to another account. Unlink it there first.'),
  notTheirAccount: () =>
    new HttpProblem('identity_taken', 'Sign in to the account that has the same email address to link this identity.'),
  tooManyIdentities: (most: number) =>
    new HttpProblem('too_many_identities', `You have ${most} linked identities. Unlink one first.`),
  hasPassword: () => new HttpProblem('conflict', 'You have a password. Change it at POST /auth/change-password.'),
  lastWayIn: () =>
    new HttpProblem('last_way_in', 'You could not sign in any more. Set a password or add another way first.'),
  lastFactor: () => new HttpProblem('second_factor_needed', 'This server requires a second factor. Keep at least one.'),
  noFactorToRecover: () =>
    new HttpProblem('second_factor_needed', 'Recovery codes replace a lost second factor. Add a second factor first.'),

  // 412 Precondition Failed, 413 Content Too Large, 415 Unsupported Media Type
  preconditionFailed: (etag: string) =>
    new HttpProblem('precondition_failed', 'This was changed since you read it. Reload it and repeat your change.', {
      headers: { ETag: etag },
    }),
  /** Closes the connection, because the rest of the body is unread. */
  bodyTooLarge: () =>
    new HttpProblem('payload_too_large', 'The body is larger than 32 kB. Send less.', {
      headers: { Connection: 'close' },
    }),
  formExpected: () =>
    new HttpProblem('unsupported_media_type', 'Send Content-Type: application/x-www-form-urlencoded.'),
  unsupportedMediaType: () =>
    new HttpProblem(
      'unsupported_media_type',
      'Send the body as JSON in UTF-8, uncompressed or gzipped, with the header Content-Type: application/json.',
    ),

  // 422 Unprocessable Content
  /** Names every refused field (ASVS 2.2.1). */
  invalid: (errors: FieldError[]) =>
    new HttpProblem('validation_failed', `Correct the fields listed in errors: ${pointersOf(errors)}.`, { errors }),
  invalidCode: () =>
    new HttpProblem(
      'invalid_code',
      'The code is incorrect, expired or already used. Try the next code, or use your passkey again.',
    ),
  /** The same for every cause, and for known and unknown addresses (ASVS 6.3.8). */
  wrongEmailCode: () =>
    new HttpProblem(
      'invalid_code',
      'The code is incorrect, expired or already used. Enter the newest one in the browser that requested it, or request another.',
    ),
  unknownRecoveryCode: () =>
    new HttpProblem('invalid_code', 'Send one of the recovery codes that POST /auth/recovery-codes created last.'),

  // 428 Precondition Required, 429 Too Many Requests, 431 Request Header Fields Too Large
  preconditionRequired: () =>
    new HttpProblem('precondition_required', 'Send If-Match with the ETag of the version that you want to change.'),
  /** @param wait in seconds */
  tooManyRequests: (wait: number, event?: RefusalEvent) =>
    new HttpProblem('too_many_requests', `Too many attempts. Try again in ${wait} s.`, {
      headers: { 'Retry-After': String(wait) },
      event,
    }),
  headersTooLarge: () =>
    new HttpProblem('headers_too_large', 'The headers are larger than 16 kB. Clear the cookies of this site.'),

  // 500 Internal Server Error, 503 Service Unavailable
  internal: (cause: unknown) =>
    new HttpProblem('internal_error', 'Something went wrong. Operator: search the log for this instance ID.', {
      cause,
    }),
  /** @param label how people call the provider */
  providerUnavailable: (label: string, cause?: unknown) =>
    new HttpProblem('provider_unavailable', `${label} is not available right now. Try again, or sign in another way.`, {
      headers: { 'Retry-After': '30' },
      cause,
    }),
  /** @param wait in seconds */
  busy: (cause: unknown) => unavailable('Too many passwords are being checked. Try again in a few seconds.', 5, cause),
  /** A failing database must not look like a signed-out user (ASVS 16.5.2, 16.5.3). */
  databaseUnavailable: (cause: unknown) =>
    unavailable('The database is not responding. Try again in a few seconds.', 5, cause),
  keyMissing: (cause: unknown) =>
    unavailable('This server is missing an encryption key. Try again later. Operator: see the log.', 30, cause),
  notReady: (reason: Unready) => unavailable(NOT_READY[reason], 5),
}

const NOT_READY: Record<Unready, string> = {
  stopping: 'This server is shutting down.',
  unreachable: 'The database is not responding.',
  unmigrated: 'The database has pending migrations. Operator: npm run latchkey -- migrate up.',
  'not-writable': 'The database does not accept writes: it is read-only, a standby, or its disk is full.',
  'redis-unreachable': 'Redis is not responding.',
  corrupt: 'The database file is damaged. Operator: stop the server and restore a backup.',
  'file-deleted': 'The database file was deleted. Operator: stop the server and restore a backup.',
  'file-replaced': 'The database file was replaced by another file. Operator: stop the server, see docs/operations.md.',
}

function unavailable(detail: string, wait: number, cause?: unknown) {
  return new HttpProblem('service_unavailable', detail, { headers: { 'Retry-After': String(wait) }, cause })
}

/** The same problem with one more header, or another value of it. */
export function withHeader({ code, message, extras }: HttpProblem, name: string, value: string): HttpProblem {
  return new HttpProblem(code, message, { ...extras, headers: { ...extras.headers, [name]: value } })
}

/** RFC 6750, section 3. */
function challenge(parameters: Record<string, string>) {
  const pairs = Object.entries({ realm: 'api', ...parameters }).map(([name, value]) => `${name}="${value}"`)
  return { 'WWW-Authenticate': `Bearer ${pairs.join(', ')}` }
}

function pointersOf(errors: FieldError[]) {
  return errors
    .map(({ pointer }) => pointer)
    .join(', ')
    .slice(0, 200)
}
