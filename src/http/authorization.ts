import type { Request } from 'express'
import { problems } from '../problems.ts'

/** RFC 6750, 2.1: `b64token`. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i
const LONGEST_TOKEN = 4096
const IN_QUERY = ['access_token', 'token']

/** Reads only the header (RFC 6750, 2.1 and 5.3; ASVS 14.2.1). @throws 400, 401 */
export function bearerTokenOf(req: Request): string | undefined {
  if (req.url.includes('?') && IN_QUERY.some(name => Object.hasOwn(req.query, name))) throw problems.tokenInUrl()
  const [header, ...more] = req.headersDistinct.authorization ?? []
  if (header === undefined) return undefined
  if (more.length > 0) throw problems.malformedAuthorization()
  const [, token] = BEARER.exec(header) ?? []
  if (token !== undefined && token.length <= LONGEST_TOKEN) return token
  if (!/^Bearer( |$)/i.test(header)) throw problems.bearerRequired()
  throw problems.malformedAuthorization()
}
