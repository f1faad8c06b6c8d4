/**
 * Who gets which status at every mounted route (ASVS 8.2.1). A route that is not here fails test/administration/authorisation.test.ts, so that
 * nobody adds one without deciding who may use it. Cells are in the order of PRINCIPALS; unsafe methods are sent with `{}`.
 */
export const PRINCIPALS = [
  'nobody',
  'user',
  'admin',
  'disabled user',
  'signed-out user',
  'pending second factor',
] as const

type Row = readonly [
  nobody: number,
  user: number,
  admin: number,
  disabled: number,
  signedOut: number,
  pendingSecondFactor: number,
]

/** Everybody passes; what is answered then is no question of authorisation. */
const open = (status: number): Row => [status, status, status, status, status, status]
/** Only a live session passes, and only with all its factors. */
const signedIn = (status: number): Row => [401, status, status, 401, 401, 401]
/** Only a login that waits for its second factor passes. */
const pending = (status: number): Row => [401, 401, 401, 401, 401, status]
/** No cookie passes, whoever's it is. */
const bearerOnly: Row = open(401)

export const ENDPOINTS: Record<string, Row> = {
  'GET /healthz': open(200),
  'GET /readyz': open(200),
  'GET /openapi.json': open(200),
  'GET /api': open(200),
  'GET /.well-known/jwks.json': open(200),
  'GET /.well-known/revoked': open(200),
  'GET /api/v1/me': bearerOnly,
  'GET /api/v1/users': bearerOnly,
  'GET /api/v1/roles': bearerOnly,
  'POST /api/v1/users': bearerOnly,
  'GET /api/v1/users/{id}': bearerOnly,
  'PATCH /api/v1/users/{id}': bearerOnly,
  'DELETE /api/v1/users/{id}': bearerOnly,
  'POST /api/v1/users/{id}/disable': bearerOnly,
  'POST /api/v1/users/{id}/enable': bearerOnly,
  'POST /api/v1/users/{id}/reset': bearerOnly,
  'GET /api/v1/users/{id}/sessions': bearerOnly,
  'POST /api/v1/sessions/end-all': bearerOnly,
  'DELETE /api/v1/users/{id}/sessions': bearerOnly,
  'DELETE /api/v1/users/{id}/sessions/{sessionId}': bearerOnly,
  'GET /api/v1/users/{id}/tokens': bearerOnly,
  'DELETE /api/v1/users/{id}/tokens/{tokenId}': bearerOnly,
  'PUT /api/v1/users/{id}/roles/{name}': bearerOnly,
  'DELETE /api/v1/users/{id}/roles/{name}': bearerOnly,
  'POST /api/v1/roles': bearerOnly,
  'GET /api/v1/roles/{name}': bearerOnly,
  'PATCH /api/v1/roles/{name}': bearerOnly,
  'DELETE /api/v1/roles/{name}': bearerOnly,
  'GET /api/v1/audit-events': bearerOnly,
  'GET /api/v1/audit-events/export': bearerOnly,
  'GET /api/v1/overview': bearerOnly,
  'POST /auth/register': open(422),
  'POST /auth/setup': open(422),
  'POST /auth/setup/check': open(422),
  'POST /auth/password-strength': open(422),
  'POST /auth/login': open(422),
  'GET /auth/bypass': open(401),
  'GET /auth/session': signedIn(200),
  'GET /auth/sessions': signedIn(200),
  'DELETE /auth/sessions': signedIn(200),
  'DELETE /auth/sessions/{id}': signedIn(404),
  'POST /auth/verify-email': open(422),
  'POST /auth/verify-email/resend': signedIn(202),
  'POST /auth/forgot-password': open(422),
  'POST /auth/reset-password': open(422),
  'POST /auth/change-password': signedIn(422),
  'GET /auth/change-email': signedIn(200),
  'POST /auth/change-email': signedIn(422),
  'DELETE /auth/change-email': signedIn(404),
  'POST /auth/confirm-email': open(422),
  'POST /auth/undo-email-change': open(422),
  'POST /auth/not-me': open(422),
  'POST /auth/delete-account': signedIn(422),
  'GET /auth/export': signedIn(200),
  'GET /auth/devices': signedIn(200),
  'DELETE /auth/devices': signedIn(200),
  'DELETE /auth/devices/{id}': signedIn(404),
  'POST /auth/logout': [401, 200, 200, 401, 401, 200],
  'POST /auth/login/passkey/options': open(200),
  'POST /auth/login/passkey': open(422),
  'POST /auth/login/email': open(422),
  'POST /auth/login/email/code': open(422),
  'POST /auth/login/email/link': open(422),
  'POST /auth/second-factor/options': pending(404),
  'POST /auth/second-factor': pending(422),
  'POST /auth/reauthenticate/options': signedIn(404),
  'POST /auth/reauthenticate': signedIn(422),
  'GET /auth/review': signedIn(200),
  'POST /auth/review': signedIn(422),
  'GET /auth/factors': signedIn(200),
  'POST /auth/totp': signedIn(200),
  'POST /auth/totp/confirm': signedIn(422),
  'DELETE /auth/totp': signedIn(404),
  'POST /auth/recovery-codes': signedIn(409),
  'POST /auth/recovery-codes/confirm': signedIn(422),
  'POST /auth/passkeys/options': signedIn(200),
  'POST /auth/passkeys': signedIn(422),
  'PATCH /auth/passkeys/{id}': signedIn(422),
  'DELETE /auth/passkeys/{id}': signedIn(404),
  'GET /auth/profile': signedIn(200),
  'PATCH /auth/profile': signedIn(422),
  'GET /auth/activity': signedIn(200),
  'GET /auth/dashboard': signedIn(200),
  'POST /auth/token': signedIn(200),
  'GET /auth/tokens': signedIn(200),
  'POST /auth/tokens': signedIn(422),
  'DELETE /auth/tokens/{id}': signedIn(404),
  'POST /auth/tokens/report': open(422),
}

/** Who comes with a bearer token; none of them has a cookie. */
export const BEARERS = [
  'token with every scope',
  'token without a scope',
  'access token of a user',
  'access token of an administrator',
  'token of a disabled user',
  'revoked token',
] as const

type BearerRow = readonly [
  scoped: number,
  unscoped: number,
  user: number,
  admin: number,
  disabled: number,
  revoked: number,
]

/** Any good token passes. */
const anyBearer: BearerRow = [200, 200, 200, 200, 401, 401]
/** Only a token that may, of an owner who may. */
const permitted = (status: number): BearerRow => [status, 403, 403, status, 401, 401]

/** What a bearer token opens. Everywhere else it counts for nothing: its holder gets what nobody gets. */
export const BEARER_ENDPOINTS: Record<string, BearerRow> = {
  'GET /api': anyBearer,
  'GET /api/v1/me': anyBearer,
  'GET /api/v1/users': permitted(200),
  'GET /api/v1/roles': permitted(200),
  'POST /api/v1/users': permitted(422),
  'GET /api/v1/users/{id}': permitted(404),
  'PATCH /api/v1/users/{id}': permitted(422),
  'DELETE /api/v1/users/{id}': permitted(404),
  'POST /api/v1/users/{id}/disable': permitted(404),
  'POST /api/v1/users/{id}/enable': permitted(404),
  'POST /api/v1/users/{id}/reset': permitted(404),
  'GET /api/v1/users/{id}/sessions': permitted(404),
  'POST /api/v1/sessions/end-all': permitted(422),
  'DELETE /api/v1/users/{id}/sessions': permitted(404),
  'DELETE /api/v1/users/{id}/sessions/{sessionId}': permitted(404),
  'GET /api/v1/users/{id}/tokens': permitted(404),
  'DELETE /api/v1/users/{id}/tokens/{tokenId}': permitted(404),
  'PUT /api/v1/users/{id}/roles/{name}': permitted(404),
  'DELETE /api/v1/users/{id}/roles/{name}': permitted(404),
  'POST /api/v1/roles': permitted(422),
  'GET /api/v1/roles/{name}': permitted(404),
  'PATCH /api/v1/roles/{name}': permitted(422),
  'DELETE /api/v1/roles/{name}': permitted(404),
  'GET /api/v1/audit-events': permitted(200),
  'GET /api/v1/audit-events/export': permitted(200),
  'GET /api/v1/overview': permitted(200),
}

/** Pages and their files, which the OpenAPI document does not list. A page is empty until its script has asked the API, so all are open. */
export const PAGES: Record<string, Row> = {
  'GET /': open(200),
  'GET /sign-in': open(200),
  'GET /register': open(200),
  'GET /setup': open(200),
  'GET /verify-email': open(200),
  'GET /forgot-password': open(200),
  'GET /reset-password': open(200),
  'GET /confirm-email': open(200),
  'GET /undo-email-change': open(200),
  'GET /not-me': open(200),
  'GET /review': open(200),
  'GET /account': open(200),
  'GET /account/security': open(200),
  'GET /account/sessions': open(200),
  'GET /account/tokens': open(200),
  'GET /account/activity': open(200),
  'GET /account/data': open(200),
  'GET /admin': open(200),
  'GET /admin/users': open(200),
  'GET /admin/users/{id}': open(200),
  'GET /admin/roles': open(200),
  'GET /admin/audit': open(200),
  'GET /docs': open(200),
  'GET /docs/': open(200),
  'GET /docs/swagger-ui-init.js': open(200),
  'GET /docs/swagger-ui.css': open(200),
  'GET /docs/swagger-ui-bundle.js': open(200),
  'GET /docs/swagger-ui-standalone-preset.js': open(200),
  'GET /docs/favicon-16x16.png': open(200),
  'GET /docs/favicon-32x32.png': open(200),
}
