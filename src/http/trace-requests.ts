import type { Request, RequestHandler } from 'express'
import type { Tracing } from '../tracing/tracing.ts'
import { currentRequestId } from './context.ts'
import { createRouteNames, methodOf } from './route-names.ts'

type IsTrusted = (address: string | undefined, hop: number) => boolean

/** @param paths as declared, such as `/api/v1/users/:id` */
export function traceRequests(paths: string[], tracing: Tracing): RequestHandler {
  const routeOf = createRouteNames(paths)
  return (req, res, next) => {
    const request = {
      method: methodOf(req),
      route: routeOf(req.originalUrl),
      requestId: currentRequestId() ?? '',
      parent: parentOf(req),
    }
    const end = tracing.startRequest(request, next)
    res.once('close', () => end(res.statusCode))
  }
}

/** Only a trusted proxy names the trace; anybody else could fill it or have it sampled. */
function parentOf(req: Request) {
  const isTrusted: IsTrusted = req.app.get('trust proxy fn')
  const { traceparent, tracestate } = req.headers
  if (typeof traceparent !== 'string' || !isTrusted(req.socket.remoteAddress, 0)) return undefined
  return { traceparent, ...(typeof tracestate === 'string' && { tracestate }) }
}
