import type { Principal } from '../identity/principal.ts'

/**
 * Who asks under /api: the owner of a token, with what both the owner may now and the token may (ASVS 8.3.2). `id` names the personal
 * token or, publicly, the session that an access token stands for; `expires` is in milliseconds of the epoch, and so is
 * `provenAt`: when the owner had last proved who they are before an access token was issued.
 */
export type Bearer = Principal & {
  token: { kind: 'personal' | 'access'; id: string; expires: number; provenAt?: number }
  /** The serialized answer of `GET /api/v1/me`. */
  answer?: { body: string | Buffer; etag: string } | undefined
}

/** The owner with no more than a token may. */
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
      /** Set under /api by `authenticateBearer` alone. */
      bearer?: Bearer
    }
  }
}
