import { createServer, IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { seconds } from '../../configs/durations.ts'
import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { lastResort } from './error-handler.ts'
import { answerParserError } from './parser-error.ts'

const HEADERS_TIMEOUT = seconds(15)
const REQUEST_TIMEOUT = seconds(60)
const MAX_CONNECTIONS = 10_000

/** The server cannot listen; the message says what to change. */
class ListenError extends Error {
  override readonly name = 'ListenError'
}

/** Express, called with what it is to do when nothing of it answers, and the prototypes that it gives to requests and answers. */
type App = {
  (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void
  request: object
  response: object
}

export type ListeningServer = { port: number; server: Server; finish(): Promise<void> }

/**
 * Listens on HOST and PORT.
 * @returns with `finish`, which answers what is in flight and takes nothing new
 * @throws ListenError
 */
export const listen = (app: App, env: Pick<Env, 'HOST' | 'PORT'>, logger: Logger): Promise<ListeningServer> => {
  const answer: RequestListener = (req, res) => app(req, res, lastResort(logger, res))
  const options = {
    ...messagesOf(app),
    headersTimeout: HEADERS_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    requireHostHeader: false,
  }
  const server = createServer(options, answer)
  // An expectation that we do not know may be ignored (RFC 9110, 10.1.1); Node's own 417 would carry none of our headers.
  server.on('checkExpectation', answer)
  server.maxConnections = MAX_CONNECTIONS
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => answerParserError(error, socket, logger))
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new ListenError(explain(error, env), { cause: error })),
    )
    server.listen(env.PORT, env.HOST, () =>
      resolve({ port: (server.address() as AddressInfo).port, server, finish: () => finish(server) }),
    )
  })
}

/**
 * Has Node make requests and answers that have Express's prototypes from the start. Express gives them to each, and what an object's
 * prototype is changed to, V8 treats as another kind of object (docs/decisions/0018).
 */
const messagesOf = (app: App) => {
  class AppRequest extends IncomingMessage {}
  class AppResponse extends ServerResponse {}
  app.request = Object.setPrototypeOf(AppRequest.prototype, app.request)
  app.response = Object.setPrototypeOf(AppResponse.prototype, app.response)
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse }
}

const finish = (server: Server) =>
  new Promise<void>(resolve => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })

const explain = ({ code, message }: NodeJS.ErrnoException, { HOST, PORT }: Pick<Env, 'HOST' | 'PORT'>) => {
  if (code === 'EADDRINUSE')
    return `Port ${PORT} on ${HOST} is taken. Stop the program that uses it, or set PORT to another number.`
  if (code === 'EACCES') return `Port ${PORT} needs more rights than this user has. Set PORT to a number above 1023.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST ${HOST} is not an address of this machine. Set HOST to 127.0.0.1, or to 0.0.0.0 for all addresses.`
  return `Cannot listen on ${HOST}:${PORT} (${code ?? message}). Correct HOST and PORT.`
}
