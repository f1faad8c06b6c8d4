import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express, { type Request, type RequestHandler, type Response } from 'express'
import supertest from 'supertest'
import { errorHandler } from '../../src/http/error-handler.ts'
import { sessionMiddleware } from '../../src/sessions/middleware.ts'
import type { startServer } from './harness.ts'

type Server = Awaited<ReturnType<typeof startServer>>
type Handler = (req: Request, res: Response) => unknown

/** express-session over a server's store and nothing else: what expressjs/session documents can be asked of it as it stands there. */
export async function startPlainApp({ deps }: Pick<Server, 'deps'>) {
  const app = express()
  const routes = new Map<string, Handler>()
  const dispatch: RequestHandler = async (req, res) => {
    const value = await routes.get(req.path)?.(req, res)
    if (!res.headersSent) res.json(value ?? null)
  }
  app.use(sessionMiddleware(deps.env, deps.store, deps.cookie), dispatch, errorHandler(deps.logger))
  const listener = app.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`

  return {
    url,
    /** Answers this path from now on; what the handler returns is the JSON. */
    on: (path: string, handler: Handler) => void routes.set(path, handler),
    agent: () => supertest.agent(url),
    close: async () => {
      listener.closeAllConnections()
      listener.close()
      await once(listener, 'close')
    },
  }
}

/** The session of a request as what a handler makes of it: values under keys. */
export const keysOf = (req: Request) => req.session as unknown as Record<string, unknown>

/** A method of express-session with a callback, as a promise. */
export function called<T = void>(method: (done: (error?: unknown, value?: T) => void) => unknown) {
  return new Promise<T>((resolve, reject) => {
    method((error, value) => (error ? reject(error) : resolve(value as T)))
  })
}
