import type { RequestHandler } from 'express'
import type { Logger } from '../../configs/logger.ts'
import { clientAddress } from '../client-address.ts'

/** Without the query, which may hold secrets (ASVS 14.2.1). */
export function requestLog(logger: Logger): RequestHandler {
  return (req, res, next) => {
    const startedAt = performance.now()
    res.on('close', () => {
      logger.http('request', {
        method: req.method,
        path: req.originalUrl.split('?', 1)[0],
        status: res.statusCode,
        ms: Math.round((performance.now() - startedAt) * 10) / 10,
        address: clientAddress(req),
        ...(!res.writableFinished && { aborted: true }),
      })
    })
    next()
  }
}
