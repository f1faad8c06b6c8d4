import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'

type RequestContext = { requestId: string }

const storage = new AsyncLocalStorage<RequestContext>()

/** The id of the request that is being answered, or undefined outside of one. */
export const currentRequestId = () => storage.getStore()?.requestId

/** Gives each request an id that stands in its answer (`X-Request-Id`) and on each of its log lines (ASVS 16.2.1). */
export const requestContext: RequestHandler = (_req, res, next) => {
  const requestId = randomUUID()
  res.setHeader('X-Request-Id', requestId)
  storage.run({ requestId }, next)
}
