/**
 * Who gets which status at every mounted route (ASVS 8.2.1). A route that is not here fails test/authorisation.test.ts, so that
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
  'GET /api/v1/users': bearerOnly,
  'GET /api/v1/roles': bearerOnly,
  'POST /auth/register': open(422),
  'POST /auth/setup': open(422),
  'POST /auth/login': open(422),
  'GET /auth/bypass': open(401),
  'GET /auth/session': signedIn(200),
  'GET /auth/sessions': signedIn(200),
  'DELETE /auth/sessions': signedIn(200),
  'DELETE /auth/sessions/{id}': signedIn(404),
  'POST /auth/logout': [401, 200, 200, 401, 401, 200],
  'POST /auth/login/passkey/options': open(200),
  'POST /auth/login/passkey': open(422),
  'POST /auth/second-factor/options': pending(404),
  'POST /auth/second-factor': pending(422),
  'POST /auth/reauthenticate/options': signedIn(404),
  'POST /auth/reauthenticate': signedIn(422),
  'GET /auth/factors': signedIn(200),
  'POST /auth/totp': signedIn(200),
  'POST /auth/totp/confirm': signedIn(422),
  'DELETE /auth/totp': signedIn(404),
  'POST /auth/recovery-codes': signedIn(409),
  'POST /auth/passkeys/options': signedIn(200),
  'POST /auth/passkeys': signedIn(422),
  'PATCH /auth/passkeys/{id}': signedIn(422),
  'DELETE /auth/passkeys/{id}': signedIn(404),
  'GET /auth/profile': signedIn(200),
  'PATCH /auth/profile': signedIn(422),
  'GET /auth/dashboard': signedIn(200),
}

/** Pages and their files, which the OpenAPI document does not list. */
export const PAGES: Record<string, Row> = {
  'GET /': open(200),
  'GET /setup': open(200),
  'GET /docs': open(200),
  'GET /docs/': open(200),
  'GET /docs/swagger-ui-init.js': open(200),
  'GET /docs/swagger-ui.css': open(200),
  'GET /docs/swagger-ui-bundle.js': open(200),
  'GET /docs/swagger-ui-standalone-preset.js': open(200),
  'GET /docs/favicon-16x16.png': open(200),
  'GET /docs/favicon-32x32.png': open(200),
}
