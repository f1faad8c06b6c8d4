/** The person or program of a request. */
export type LatchkeyUser = {
  /** Never changes, unlike name and address. */
  id: string
  name: string | undefined
  email: string | undefined
  emailVerified: boolean
  username: string | undefined
  /** Names of roles. */
  groups: string[]
  permissions: string[]
  /** `session` for a browser, `token` for a bearer token. */
  via: 'session' | 'token'
  /** What a bearer token was granted; empty for a session. */
  scopes: string[]
}

export type Claims = Record<string, unknown>

/** Reads the claims of an ID token, of userinfo, or of an access token. */
export function userOf(id: string, claims: Claims, via: LatchkeyUser['via']): LatchkeyUser {
  return {
    id,
    name: textOf(claims.name),
    email: textOf(claims.email),
    emailVerified: claims.email_verified === true,
    username: textOf(claims.preferred_username),
    groups: textsOf(claims.groups),
    permissions: textsOf(claims.permissions),
    via,
    scopes: via === 'token' ? (textOf(claims.scope)?.split(' ') ?? []) : [],
  }
}

function textOf(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim !== '' ? claim : undefined
}

function textsOf(claim: unknown): string[] {
  return Array.isArray(claim) ? claim.filter(each => typeof each === 'string') : []
}
