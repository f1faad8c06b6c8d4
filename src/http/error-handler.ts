import type { ServerResponse } from 'node:http'
import type { ErrorRequestHandler, Request, RequestHandler } from 'express'
import { BaseError as SequelizeError, UniqueConstraintError } from 'sequelize'
import { DatabaseUnavailable } from '../../configs/database.ts'
import type { Logger } from '../../configs/logger.ts'
import { apiHeaders } from '../../configs/security-headers.ts'
import { UnknownKey } from '../encryption/sealer.ts'
import { QueueFull } from '../passwords/worker-pool.ts'
import { type HttpProblem, isProblem, problems } from '../problems.ts'
import { StoreUnavailable } from '../sessions/table.ts'
import { currentRequestId } from './context.ts'
import type { NoteRefusal } from './refusals.ts'

export const notFound: RequestHandler = () => {
  throw problems.noRoute()
}

/** A 5xx never tells its cause (ASVS 16.5.1). */
export function errorHandler(logger: Logger, noteRefusal?: NoteRefusal): ErrorRequestHandler {
  const headers = apiHeaders()

  async function note(req: Request, problem: HttpProblem) {
    try {
      await noteRefusal?.(req, problem)
    } catch (error) {
      logger.error('a refusal was not recorded', { code: problem.code, error: safeCause(error) })
    }
  }

  return async (error, req, res, _next) => {
    const problem = asProblem(error)
    if (problem.status >= 500) {
      logger.error('request failed', { status: problem.status, code: problem.code, error: safeCause(error) })
      // express-session would send the cookie of an unsaved session and save it again.
      Object.assign(req, { session: undefined })
    }
    await note(req, problem)
    if (res.headersSent) return void res.destroy()
    // A page's own headers would let the problem be shown as a page.
    for (const [name, value] of headers) res.setHeader(name, value)
    for (const [name, value] of Object.entries(problem.extras.headers ?? {})) res.setHeader(name, value)
    res
      .status(problem.status)
      .type('application/problem+json')
      .send(JSON.stringify(problem.toJSON(currentRequestId() ?? '')))
  }
}

/** For errors after the last handler; Express would print their values (ASVS 16.2.5, 16.5.4). */
export function lastResort(logger: Logger, res: ServerResponse) {
  return (error?: unknown) => {
    logger.error('request failed after its answer', { error: safeCause(error) })
    if (!res.headersSent) res.writeHead(500)
    res.end()
  }
}

function asProblem(error: unknown): HttpProblem {
  if (isProblem(error)) return error
  if (error instanceof QueueFull) return problems.busy(error)
  // unlessTaken reports what is taken; any other violation comes from two identical writes.
  if (error instanceof UniqueConstraintError) return problems.conflict({ cause: error })
  if (error instanceof SequelizeError || error instanceof StoreUnavailable || error instanceof DatabaseUnavailable)
    return problems.databaseUnavailable(error)
  if (error instanceof UnknownKey) return problems.keyMissing(error)
  return parserProblem(error) ?? problems.internal(error)
}

type ParserError = Error & { type?: unknown; status?: unknown }

/** Errors of body-parser and the router; their `body` is the raw body and must not pass on. */
function parserProblem(error: unknown): HttpProblem | undefined {
  if (!(error instanceof Error)) return undefined
  const { type, status }: ParserError = error
  if (type === 'entity.too.large') return problems.bodyTooLarge()
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') return problems.unsupportedMediaType()
  if (type === 'entity.parse.failed') return problems.malformedJson()
  if (typeof status === 'number' && status >= 400 && status < 500) return problems.unreadable()
  return undefined
}

/** A database error prints its SQL with the values; only its kind and code are logged. */
function safeCause(error: unknown): Record<string, unknown> {
  const wraps = isProblem(error) || error instanceof DatabaseUnavailable
  const root = wraps && error.cause !== undefined ? error.cause : error
  if (!(root instanceof Error)) return { kind: typeof root }
  const { code }: Error & { code?: unknown } = root
  if (root instanceof SequelizeError || typeof code === 'string')
    return { kind: root.name, code: String(code ?? ''), stack: frames(root) }
  return { kind: root.name, message: root.message, stack: frames(root) }
}

function frames(error: Error) {
  return error.stack
    ?.split('\n')
    .filter(line => line.startsWith('    at '))
    .slice(0, 8)
    .map(line => line.trim())
}
