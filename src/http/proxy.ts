import type { Request } from 'express'
import type { OriginalRequest } from '../forward-auth/original-request.ts'
import { originOf } from '../forward-auth/original-request.ts'
import type { Application, Applications } from '../forward-auth/rules.ts'
import { problems } from '../problems.ts'

/** Only a proxy in TRUST_PROXY may speak for another host. @throws 403 */
export function demandTrustedProxy(req: Request) {
  const isTrusted: (address: string, hop: number) => boolean = req.app.get('trust proxy fn')
  if (!isTrusted(req.socket.remoteAddress ?? '', 0)) throw problems.proxyNotTrusted()
}

/** The application whose host the proxy passed this request on from. @throws 403 */
export function applicationAt(req: Request, applications: Applications): Application {
  demandTrustedProxy(req)
  const [forwarded, ...more] = req.headersDistinct['x-forwarded-host'] ?? []
  if (more.length > 0) throw problems.ambiguousRequest('It has X-Forwarded-Host more than once.')
  const application = applications.get(originOf(req.protocol, forwarded ?? req.headers.host ?? '') ?? '')
  if (!application) throw problems.unknownApplication()
  return application
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether another site makes the browser change something. Applications behind the proxy have no protection of their own, and hosts of
 * one site send each other's cookies. A WebSocket is opened by GET, but lets its opener write.
 */
export function isCrossSite({ headers }: Request, { method, origin: own }: OriginalRequest): boolean {
  const isSocket = headers['sec-websocket-key'] !== undefined || headers.upgrade !== undefined
  if (SAFE_METHODS.has(method) && !isSocket) return false
  const { 'sec-fetch-site': site, origin } = headers
  // First, because a page with the policy no-referrer sends the origin `null` even to its own host.
  return site === undefined ? origin !== own : site !== 'same-origin' && site !== 'none'
}

/** Whether a person waits for a page, rather than a script or a program for data. */
export function isNavigation({ headers }: Request, { method }: OriginalRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  const mode = headers['sec-fetch-mode']
  return mode === undefined ? (headers.accept ?? '').includes('text/html') : mode === 'navigate'
}
