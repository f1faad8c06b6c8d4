import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Express } from 'express'
import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { networkOf } from '../client-address.ts'
import { seconds } from '../durations.ts'
import { BODY_LIMIT } from './endpoint.ts'
import { lastResort } from './error-handler.ts'
import { answerParserError } from './parser-error.ts'

const HEADERS_TIMEOUT = seconds(15)
const REQUEST_TIMEOUT = seconds(60)
const MAX_CONNECTIONS = 10_000
const MAX_REQUESTS_PER_CONNECTION = 1000
/** Browsers and proxies do not pipeline; Node would start every request it has read. */
export const MAX_UNANSWERED = 10
const CLOSE_IDLE_EVERY = 100
const COMPLAIN_EVERY = seconds(60)

class ListenError extends Error {
  override readonly name = 'ListenError'
}

export type ListeningServer = {
  port: number
  server: Server
  /** Accepts new connections for `wait` ms, then resolves when the last one has closed. */
  finish(wait?: number): Promise<void>
}

type ListenEnv = Pick<Env, 'HSTS_SUBDOMAINS' | 'HOST' | 'PORT' | 'CONNECTIONS_PER_ADDRESS'>

/** Limits requests and connections (ASVS 2.4.1, 13.1.2). @throws ListenError */
export function listen(app: Express, env: ListenEnv, logger: Logger): Promise<ListeningServer> {
  const unanswered = new Map<Socket, Set<ServerResponse>>()
  const complain = complainer(logger)
  let isStopping = false

  const answer: RequestListener = (req, res) => {
    if (!isAccepted(req, res)) return
    if (isStopping || hasEndlessBody(req)) res.setHeader('Connection', 'close')
    app(req as Parameters<Express>[0], res as Parameters<Express>[1], lastResort(logger, res))
  }

  function isAccepted({ socket }: IncomingMessage, res: ServerResponse): boolean {
    // Requests read together keep arriving after their connection is closed.
    if (socket.destroyed) return false
    const open = unanswered.get(socket) ?? new Set()
    if (open.size >= MAX_UNANSWERED) {
      complain('too many unanswered requests on one connection: closed', socket.remoteAddress)
      socket.destroy()
      return false
    }
    unanswered.set(socket, open.add(res))
    res.once('close', () => open.delete(res))
    return true
  }

  const options = { headersTimeout: HEADERS_TIMEOUT, requestTimeout: REQUEST_TIMEOUT, requireHostHeader: false }
  const server = createServer(options, answer)
  // Unknown expectations may be ignored (RFC 9110, 10.1.1); Node's 417 lacks our headers.
  server.on('checkExpectation', answer)
  server.maxConnections = MAX_CONNECTIONS
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_CONNECTION
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
    answerParserError(error, socket, env, logger),
  )
  server.on('connection', limitPerAddress(app, env.CONNECTIONS_PER_ADDRESS, complain))
  server.on('connection', (socket: Socket) => socket.once('close', () => unanswered.delete(socket)))

  async function finish(wait = 0): Promise<void> {
    isStopping = true
    for (const answers of unanswered.values())
      for (const res of answers) if (!res.headersSent) res.setHeader('Connection', 'close')
    if (wait > 0) await delay(wait)
    // A response begun before the stop leaves its connection open and idle.
    const closingIdle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY)
    await new Promise<void>(resolve => server.close(() => resolve()))
    clearInterval(closingIdle)
  }

  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new ListenError(explain(error, env), { cause: error })),
    )
    server.listen(env.PORT, env.HOST, () => resolve({ port: (server.address() as AddressInfo).port, server, finish }))
  })
}

/** After a response Node would read the rest of the body, so the connection is closed. */
function hasEndlessBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > BODY_LIMIT
}

/** Behind a trusted proxy all clients share one address. */
function limitPerAddress(app: Express, most: number, complain: Complain) {
  const isProxy: (address: string, hop: number) => boolean = app.get('trust proxy fn')
  const counts = new Map<string, number>()
  return (socket: Socket) => {
    const { remoteAddress = '' } = socket
    if (isProxy(remoteAddress, 0)) return
    const network = networkOf(remoteAddress)
    const count = counts.get(network) ?? 0
    if (count >= most) {
      complain('too many connections from one address: closed', remoteAddress)
      socket.destroy()
      return
    }
    counts.set(network, count + 1)
    socket.once('close', () => {
      const left = (counts.get(network) ?? 1) - 1
      if (left > 0) counts.set(network, left)
      else counts.delete(network)
    })
  }
}

type Complain = (message: string, address: string | undefined) => void

function complainer(logger: Logger): Complain {
  const complainedAt = new Map<string, number>()
  return (message, address) => {
    const now = performance.now()
    if (now - (complainedAt.get(message) ?? Number.NEGATIVE_INFINITY) < COMPLAIN_EVERY) return
    complainedAt.set(message, now)
    logger.warn(message, { address })
  }
}

function explain({ code, message }: NodeJS.ErrnoException, { HOST, PORT }: ListenEnv): string {
  if (code === 'EADDRINUSE')
    return `Port ${PORT} on ${HOST} is taken. Stop the program that uses it, or set PORT to another number.`
  if (code === 'EACCES') return `Port ${PORT} needs more rights than this user has. Set PORT to a number above 1023.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST ${HOST} is not an address of this machine. Set HOST to 127.0.0.1, or to 0.0.0.0 for all addresses.`
  return `Cannot listen on ${HOST}:${PORT} (${code ?? message}). Correct HOST and PORT.`
}
