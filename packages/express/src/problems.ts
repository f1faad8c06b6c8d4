import type { Problem } from './visit.ts'

/** Seconds until another attempt can succeed. */
const RETRY_AFTER = '5'

export const notSignedIn: Problem = {
  status: 401,
  code: 'not_signed_in',
  title: 'Not signed in',
  detail: 'Sign in first.',
  headers: { 'WWW-Authenticate': 'Bearer' },
}

export const invalidToken: Problem = {
  status: 401,
  code: 'invalid_token',
  title: 'Invalid token',
  detail: 'The token is invalid, expired or revoked.',
  headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
}

export const unavailable: Problem = {
  status: 503,
  code: 'login_server_unavailable',
  title: 'Sign-in is unavailable',
  detail: 'The login server cannot be reached. Try again in a moment.',
  headers: { 'Retry-After': RETRY_AFTER },
}

export const crossSite: Problem = {
  status: 403,
  code: 'cross_site_request',
  title: 'Cross-site request',
  detail: 'This request came from another site.',
}

export const badHost: Problem = {
  status: 400,
  code: 'bad_host',
  title: 'Bad request',
  detail: 'The Host header is missing or malformed.',
}

export const unknownSignIn: Problem = {
  status: 400,
  code: 'unknown_sign_in',
  title: 'Sign-in not completed',
  detail: 'This sign-in was not started in this browser, or it has expired. Sign in again.',
}

export const signInFailed: Problem = {
  status: 400,
  code: 'sign_in_failed',
  title: 'Sign-in not completed',
  detail: 'The login server did not confirm this sign-in. Sign in again.',
}

export const sessionTooLarge: Problem = {
  status: 500,
  code: 'session_too_large',
  title: 'Sign-in not completed',
  detail: 'Your account has more roles and permissions than this app can store. Contact its operator.',
}

export const badLogoutToken: Problem = {
  status: 400,
  code: 'invalid_request',
  title: 'Invalid logout token',
  detail: 'The logout token is missing, invalid, expired or already used.',
}

/** @param error code of OAuth, which anybody can write into a link */
export function signInRefused(error: string): Problem {
  const code = /^[a-z_]{1,50}$/.test(error) ? error : 'unknown'
  const detail =
    code === 'access_denied'
      ? 'The sign-in was cancelled or refused.'
      : `The login server refused the sign-in (${code}).`
  return { status: 400, code: 'sign_in_refused', title: 'Sign-in not completed', detail }
}

export function permissionMissing(permission: string): Problem {
  return {
    status: 403,
    code: 'permission_missing',
    title: 'Not allowed',
    detail: `This needs the permission ${permission}.`,
  }
}

export function scopeMissing(scope: string): Problem {
  return {
    status: 403,
    code: 'scope_missing',
    title: 'Not allowed',
    detail: `This token needs the scope ${scope}.`,
    headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  }
}
