import type { RequestHandler } from 'express'
import type { Logger } from '../../configs/logger.ts'
import { seconds } from '../durations.ts'
import { problems } from '../problems.ts'

const COMPLAIN_EVERY = seconds(60)

/** On http, express-session leaves an orphan row (ASVS 4.1.2, 12.2.1; NIST SP 800-63B-4, 5.1). */
export function requireHttps(logger: Logger): RequestHandler {
  let complainedAt = Number.NEGATIVE_INFINITY
  return (req, _res, next) => {
    if (req.secure) return next()
    if (performance.now() - complainedAt > COMPLAIN_EVERY) {
      complainedAt = performance.now()
      logger.error(
        'a request came over plain http although BASE_URL is https: let the proxy send X-Forwarded-Proto and name it in TRUST_PROXY',
      )
    }
    next(problems.insecureTransport())
  }
}
