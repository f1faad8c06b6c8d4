import type { IncomingHttpHeaders } from 'node:http'
import type { RequestHandler } from 'express'
import { problems } from '../problems.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses what a browser sends from another site with the user's cookie (ASVS 3.5.1; OWASP CSRF, Fetch Metadata). A browser that is
 * too old to send `Sec-Fetch-Site`, or talks to us over plain http, sends `Origin`, and one that is older still `Referer` (OWASP CSRF,
 * Verifying Origin With Standard Headers); what sends none of them is not a browser and holds no cookie that it did not mean to send.
 * @param origin our own origin, BASE_URL
 */
export function refuseCrossSite(origin: string): RequestHandler {
  return (req, _res, next) => {
    const foreign = SAFE_METHODS.has(req.method) ? undefined : foreignSource(req.headers, origin)
    next(foreign && problems.crossSiteRequest(foreign.header, foreign.value, origin))
  }
}

type Source = { header: string; value: string | string[] }

/** What says that the request comes from another site; only the best header that is there counts. */
function foreignSource(headers: IncomingHttpHeaders, own: string): Source | undefined {
  const { 'sec-fetch-site': site, origin, referer } = headers
  if (site !== undefined)
    return site === 'same-origin' || site === 'none' ? undefined : { header: 'Sec-Fetch-Site', value: site }
  if (origin !== undefined) return origin === own ? undefined : { header: 'Origin', value: origin }
  if (referer === undefined || originOf(referer) === own) return undefined
  return { header: 'Referer', value: originOf(referer) }
}

/** The rest of the URL may be private to the other site. */
const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : 'unreadable')
