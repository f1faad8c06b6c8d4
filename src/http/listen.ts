import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Express } from 'express'
import { seconds } from '../../configs/durations.ts'
import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { answerParserError } from './parser-error.ts'

const HEADERS_TIMEOUT = seconds(15)
const REQUEST_TIMEOUT = seconds(60)
const MAX_CONNECTIONS = 10_000

/** The server cannot listen; the message says what to change. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

export type ListeningServer = { port: number; server: Server; finish(): Promise<void> }

/**
 * Listens on HOST and PORT.
 * @returns with `finish`, which answers what is in flight and takes nothing new
 * @throws ListenError
 */
export const listen = (app: Express, env: Pick<Env, 'HOST' | 'PORT'>, logger: Logger): Promise<ListeningServer> => {
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT, requestTimeout: REQUEST_TIMEOUT }, app)
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
