import type { RequestHandler } from 'express'
import { HttpProblem } from './problem.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses what a browser sends from another site with the user's cookie (ASVS 3.5.1; OWASP CSRF, Fetch Metadata). A browser that is
 * too old to send `Sec-Fetch-Site`, or talks to us over plain http, sends `Origin`; what sends neither is not a browser and holds no
 * cookie that it did not mean to send.
 * @param origin our own origin, BASE_URL
 */
export const refuseCrossSite =
  (origin: string): RequestHandler =>
  (req, _res, next) => {
    if (SAFE_METHODS.has(req.method)) return next()
    const site = req.headers['sec-fetch-site']
    if (site !== undefined)
      return site === 'same-origin' || site === 'none' ? next() : next(crossSite('Sec-Fetch-Site', site, origin))
    const from = req.headers.origin
    return from === undefined || from === origin ? next() : next(crossSite('Origin', from, origin))
  }

const crossSite = (header: string, value: string | string[], origin: string) =>
  new HttpProblem(
    403,
    'cross_site_request',
    `${header} is ${JSON.stringify(value).slice(0, 100)}, but only requests from ${origin} may change anything. If this server is reached under another address, set BASE_URL to it.`,
    { error: 'Cross-site request refused' },
  )
