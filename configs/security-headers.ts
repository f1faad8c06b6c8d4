import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestHandler } from 'express'
import helmet from 'helmet'
import { days } from '../src/durations.ts'
import type { Env } from './env.ts'

const HSTS_MAX_AGE = days(730) / 1000

/** Computed once at the start. */
export type SecurityHeaders = ReadonlyMap<string, string>

type Directives = Record<string, string[]>

/** For API responses (ASVS 3.2.1, 14.3.2). */
export function apiHeaders(): SecurityHeaders {
  return new Map([
    ...headersOf({
      'default-src': ["'none'"],
      'frame-ancestors': ["'none'"],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      sandbox: [],
    }),
    ['Cache-Control', 'no-store'],
  ])
}

/** For pages and assets (ASVS 3.4.3). @param styleHashes CSP hashes of inline styles */
export function pageHeaders(styleHashes: string[] = []): SecurityHeaders {
  return headersOf({
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'", ...styleHashes],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
    'base-uri': ["'none'"],
    'object-src': ["'none'"],
  })
}

/** For a logo and a stylesheet of the operator's: an SVG that is opened by itself runs no script and loads nothing. */
export function brandingHeaders(): SecurityHeaders {
  return headersOf({ 'default-src': ["'none'"], 'style-src': ["'unsafe-inline'"], sandbox: [] })
}

/** On every response; browsers use it over https only (RFC 6797; ASVS 3.4.1). */
export function transportHeaders({ HSTS_SUBDOMAINS }: Pick<Env, 'HSTS_SUBDOMAINS'>): SecurityHeaders {
  return new Map([
    ['Strict-Transport-Security', `max-age=${HSTS_MAX_AGE}${HSTS_SUBDOMAINS ? '; includeSubDomains' : ''}`],
  ])
}

/** A later set replaces an earlier one. */
export function withHeaders(headers: SecurityHeaders): RequestHandler {
  return (_req, res, next) => {
    for (const [name, value] of headers) res.setHeader(name, value)
    next()
  }
}

/** Without upgrade-insecure-requests, which breaks pages over plain http. */
function headersOf(directives: Directives): SecurityHeaders {
  const headers = new Map([['Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()']])
  const recorder = {
    setHeader: (name: string, value: string) => headers.set(name, String(value)),
    removeHeader: () => {},
  }
  const middleware = helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    // Set by `transportHeaders`.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  })
  middleware({} as IncomingMessage, recorder as unknown as ServerResponse, () => {})
  return headers
}
