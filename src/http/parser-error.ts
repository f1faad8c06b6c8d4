import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { apiHeaders, transportHeaders } from '../../configs/security-headers.ts'
import { problems } from '../problems.ts'

type TransportEnv = Pick<Env, 'HSTS_SUBDOMAINS'>

/** Errors of Node's parser never reach Express (ASVS 3.4.1). */
export function answerParserError(error: NodeJS.ErrnoException, socket: Socket, env: TransportEnv, logger: Logger) {
  if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy()
  const problem = problemOf(error.code)
  const requestId = randomUUID()
  logger.warn('unreadable request', { requestId, code: error.code, address: socket.remoteAddress })
  const body = JSON.stringify(problem.toJSON(requestId))
  const headers = [
    ...transportHeaders(env),
    ...apiHeaders(),
    ['X-Request-Id', requestId],
    ['Content-Type', 'application/problem+json; charset=utf-8'],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Connection', 'close'],
  ].map(([name, value]) => `${name}: ${value}\r\n`)
  return socket.end(`HTTP/1.1 ${problem.status} ${problem.toJSON('').title}\r\n${headers.join('')}\r\n${body}`)
}

function problemOf(code: string | undefined) {
  if (code === 'HPE_HEADER_OVERFLOW') return problems.headersTooLarge()
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return problems.requestTimeout()
  return problems.notHttp()
}
