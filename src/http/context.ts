import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import type { AuditOrigin } from '../audit/audit.ts'
import { clientAddress } from '../client-address.ts'

type RequestContext = { requestId: string; req: Request }

const storage = new AsyncLocalStorage<RequestContext>()

export const currentRequestId = () => storage.getStore()?.requestId

export function currentOrigin(): AuditOrigin {
  const context = storage.getStore()
  if (!context) return {}
  const { requestId, req } = context
  const userAgent = req.headers['user-agent']
  return { requestId, address: clientAddress(req), ...(userAgent && { userAgent }) }
}

/** The id goes into `X-Request-Id` and every log line (ASVS 16.2.1). */
export const requestContext: RequestHandler = (req, res, next) => {
  const requestId = randomUUID()
  res.setHeader('X-Request-Id', requestId)
  storage.run({ requestId, req }, next)
}
