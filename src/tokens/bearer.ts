import type { Principal } from '../identity/principal.ts'

/**
 * The owner with the permissions that the token has too (ASVS 8.3.2).
 * `id` names the personal token or the session; times are milliseconds of the epoch.
 */
export type Bearer = Principal & {
  token: { kind: 'personal' | 'access'; id: string; expires: number; provenAt?: number }
  /** Cached response of `GET /api/v1/me`. */
  answer?: { body: string | Buffer; etag: string } | undefined
}

export function bearerOf(owner: Principal, granted: readonly string[], token: Bearer['token']): Bearer {
  return {
    ...owner,
    permissions: new Set(granted.filter(permission => owner.permissions.has(permission))),
    token,
  }
}

declare global {
  namespace Express {
    interface Request {
      /** Set only under /api, by `authenticateBearer`. */
      bearer?: Bearer
    }
  }
}
