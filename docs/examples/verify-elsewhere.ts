import { createServer, type Server } from 'node:http'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'

/** `at` is the address of the login server inside your network, if the service cannot reach `issuer`. */
export type LoginServer = { issuer: string; audience: string; at?: string }

/** Polling interval for the list of revoked sessions, and the age at which it is too old to trust; in ms. */
const REFRESH_EVERY = 5_000
const STALE_AFTER = 30_000

/** Polls the signed list of revoked sessions. */
function followRevoked({ issuer, at = issuer }: LoginServer, keys: ReturnType<typeof createRemoteJWKSet>) {
  let revoked = new Set<unknown>()
  let etag = ''
  let fetchedAt = Number.NEGATIVE_INFINITY

  async function refresh() {
    const askedAt = performance.now()
    const answer = await fetch(new URL('/.well-known/revoked', at), { headers: etag ? { 'If-None-Match': etag } : {} })
    if (answer.status !== 304) {
      if (!answer.ok) throw new Error(`the login server answered ${answer.status}`)
      const rules = { issuer, typ: 'revoked-sessions+jwt', algorithms: ['EdDSA'] }
      const { payload } = await jwtVerify(await answer.text(), keys, rules)
      revoked = new Set(payload.sessions as string[])
      etag = answer.headers.get('ETag') ?? ''
    }
    fetchedAt = askedAt
  }

  const timer = setInterval(() => void refresh().catch(() => {}), REFRESH_EVERY).unref()
  return {
    refresh,
    /** True for every session while the list is too old, because some may have ended since. */
    isRevoked: (sid: unknown) => performance.now() - fetchedAt > STALE_AFTER || revoked.has(sid),
    stop: () => clearInterval(timer),
  }
}

/** Verifies access tokens offline, with the cached keys and list. */
export async function createVerifier(server: LoginServer) {
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', server.at ?? server.issuer), {
    cacheMaxAge: 300_000,
  })
  const { refresh, isRevoked, stop } = followRevoked(server, keys)
  await refresh()

  /** @returns the claims, or undefined if the token is missing, invalid, expired or revoked */
  async function verify(authorization = ''): Promise<JWTPayload | undefined> {
    const [, token = ''] = /^Bearer +(\S+)$/i.exec(authorization) ?? []
    const { issuer, audience } = server
    const rules = { issuer, audience, typ: 'at+jwt', algorithms: ['EdDSA'], requiredClaims: ['sub', 'sid', 'exp'] }
    const verified = await jwtVerify(token, keys, rules).catch(() => undefined)
    return verified && !isRevoked(verified.payload.sid) ? verified.payload : undefined
  }

  return { verify, refresh, stop }
}

/** A service with one page, which needs the permission `users:read`. */
export function createService({ verify }: Awaited<ReturnType<typeof createVerifier>>): Server {
  return createServer(async (req, res) => {
    const claims = await verify(req.headers.authorization)
    if (!claims) return res.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end()
    const permissions = claims.permissions as string[]
    if (!permissions.includes('users:read')) return res.writeHead(403).end()
    return res.writeHead(200, { 'Content-Type': 'text/plain' }).end(`Hello ${claims.sub}`)
  })
}
