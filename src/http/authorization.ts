import type { Request } from 'express'
import { HttpProblem } from '../problem.ts'

/** RFC 6750, 2.1: `b64token`. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i
const LONGEST_TOKEN = 4096
const IN_QUERY = ['access_token', 'token']

/**
 * The bearer token of a request, from its one Authorization header and nowhere else (RFC 6750, 2.1 and 5.3; ASVS 14.2.1).
 * @returns undefined where the request has no such header
 * @throws HttpProblem 400 for a request that cannot be meant, 401 for another scheme
 */
export function bearerTokenOf(req: Request): string | undefined {
  if (req.url.includes('?') && IN_QUERY.some(name => Object.hasOwn(req.query, name))) throw tokenInUrl()
  const [header, ...more] = req.headersDistinct.authorization ?? []
  if (header === undefined) return undefined
  if (more.length > 0) throw malformed('Send exactly one Authorization header.')
  const [, token] = BEARER.exec(header) ?? []
  if (token !== undefined && token.length <= LONGEST_TOKEN) return token
  if (!/^Bearer( |$)/i.test(header)) throw bearerRequired()
  throw malformed('Write the header as `Authorization: Bearer <token>`, with one token and nothing else.')
}

/** 401 without a cause: the request presented no bearer token at all (RFC 6750, 3.1). */
export function bearerRequired() {
  return new HttpProblem(
    401,
    'authentication_required',
    'Send a bearer token: `Authorization: Bearer ...`. The session cookie does not open /api.',
    { error: 'Authentication required', headers: { 'WWW-Authenticate': 'Bearer realm="api"' } },
  )
}

/** The same for every cause: unknown, changed, expired, revoked, its session over, its owner disabled. */
export function invalidToken() {
  return new HttpProblem(
    401,
    'invalid_token',
    'This token is not good, or no longer. Make a new one at POST /auth/token or POST /auth/tokens.',
    { error: 'Invalid token', headers: challenge('invalid_token', 'The token is invalid, expired or revoked') },
  )
}

function malformed(detail: string) {
  return new HttpProblem(400, 'malformed_request', detail, {
    headers: challenge('invalid_request', 'The Authorization header is malformed'),
  })
}

/** What stands in a URL ends in logs and histories. */
function tokenInUrl() {
  return new HttpProblem(
    400,
    'credentials_in_url',
    'A token belongs in the Authorization header, never in the URL. Consider this one known: report it at POST /auth/tokens/report.',
    {
      error: 'Credentials in the URL',
      headers: challenge('invalid_request', 'The token must be sent in the Authorization header'),
    },
  )
}

function challenge(error: string, description: string) {
  return {
    'WWW-Authenticate': `Bearer realm="api", error="${error}", error_description="${description}"`,
  }
}
