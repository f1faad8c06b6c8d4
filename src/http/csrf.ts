import type { IncomingHttpHeaders } from 'node:http'
import type { RequestHandler } from 'express'
import { problems } from '../problems.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Blocks cross-site requests (ASVS 3.5.1; OWASP CSRF, Fetch Metadata). Older browsers send `Origin`
 * or `Referer` (OWASP CSRF, Verifying Origin With Standard Headers); the rest are not browsers.
 */
export function refuseCrossSite(origin: string): RequestHandler {
  return (req, _res, next) => {
    const foreign = SAFE_METHODS.has(req.method) ? undefined : foreignSource(req.headers, origin)
    next(foreign && problems.crossSiteRequest(foreign.header, foreign.value, origin))
  }
}

type Source = { header: string; value: string | string[] }

function foreignSource(headers: IncomingHttpHeaders, own: string): Source | undefined {
  const { 'sec-fetch-site': site, origin, referer } = headers
  if (site !== undefined)
    return site === 'same-origin' || site === 'none' ? undefined : { header: 'Sec-Fetch-Site', value: site }
  if (origin !== undefined) return origin === own ? undefined : { header: 'Origin', value: origin }
  if (referer === undefined || originOf(referer) === own) return undefined
  return { header: 'Referer', value: originOf(referer) }
}

/** The rest may be private to the other site. */
const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : 'unreadable')
