import type { ServerResponse } from 'node:http'
import type { ErrorRequestHandler, Request, RequestHandler } from 'express'
import { BaseError as SequelizeError, UniqueConstraintError } from 'sequelize'
import { DatabaseUnavailable } from '../../configs/database.ts'
import type { Logger } from '../../configs/logger.ts'
import { apiHeaders } from '../../configs/security-headers.ts'
import { UnknownKey } from '../encryption/sealer.ts'
import { LastAdministrator } from '../identity/administrators.ts'
import { HashQueueFull } from '../passwords/hash.ts'
import { bodyTooLarge, HttpProblem } from '../problem.ts'
import { StoreUnavailable } from '../sessions/table.ts'
import { currentRequestId } from './context.ts'
import type { NoteRefusal } from './refusals.ts'

/** The last route: nothing of ours answers this path. */
export const notFound: RequestHandler = req => {
  throw new HttpProblem(
    404,
    'not_found',
    `There is nothing at ${req.method} of this path. GET /openapi.json lists what there is.`,
  )
}

/**
 * The one place that answers errors. A 5xx never tells its cause (ASVS 16.5.1): the log line with the same request id does.
 */
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
      // express-session would send the cookie of a session that was not saved, and try to save it once more.
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

/**
 * What is left over after the last route: the session of a failed request that could not be saved either, or a fault of the error
 * handler itself. Express would print it with all its values (ASVS 16.2.5, 16.5.4).
 */
export function lastResort(logger: Logger, res: ServerResponse) {
  return (error?: unknown) => {
    logger.error('request failed after its answer', { error: safeCause(error) })
    if (!res.headersSent) res.writeHead(500)
    res.end()
  }
}

function asProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error
  if (error instanceof LastAdministrator)
    return new HttpProblem(409, 'last_administrator', error.message, { error: 'Last administrator' })
  if (error instanceof HashQueueFull) return busy(error.retryAfterSeconds, error)
  if (error instanceof UniqueConstraintError)
    return new HttpProblem(409, 'account_exists', 'This value is already taken. Choose another one.', { cause: error })
  if (error instanceof SequelizeError || error instanceof StoreUnavailable || error instanceof DatabaseUnavailable)
    return unavailable(error)
  if (error instanceof UnknownKey) return waitsForKey(error)
  return (
    parserProblem(error) ??
    new HttpProblem(
      500,
      'internal_error',
      'Something failed on our side. The operator finds it in the log under this instance id.',
      { cause: error },
    )
  )
}

function busy(seconds: number, cause: unknown) {
  return new HttpProblem(
    503,
    'service_unavailable',
    `Too many passwords are being checked right now. Try again in ${seconds} s.`,
    {
      headers: { 'Retry-After': String(seconds) },
      cause,
    },
  )
}

/** What a failing database is answered with: never a silent anonymous request (ASVS 16.5.2, 16.5.3). */
function unavailable(cause: unknown) {
  return new HttpProblem(
    503,
    'service_unavailable',
    'The database does not answer at the moment. Try again in a few seconds.',
    {
      headers: { 'Retry-After': '5' },
      cause,
    },
  )
}

/** The log names the key; until this server has it, the answer is neither yes nor no. */
function waitsForKey(cause: UnknownKey) {
  return new HttpProblem(
    503,
    'service_unavailable',
    'This server waits for a key of another one. Try again later; the operator finds the reason in the log.',
    { headers: { 'Retry-After': '30' }, cause },
  )
}

type ParserError = Error & { type?: unknown; status?: unknown }

/** body-parser and the router throw http-errors; their `body` holds the raw body and is never passed on. */
function parserProblem(error: unknown): HttpProblem | undefined {
  if (!(error instanceof Error)) return undefined
  const { type, status }: ParserError = error
  if (type === 'entity.too.large') return bodyTooLarge()
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new HttpProblem(
      415,
      'unsupported_media_type',
      'Send the body as application/json in UTF-8, uncompressed or gzip.',
    )
  if (type === 'entity.parse.failed') return new HttpProblem(400, 'malformed_json', 'The body is not valid JSON.')
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new HttpProblem(400, 'malformed_request', 'The request could not be read. Check its path, headers and body.')
  return undefined
}

/** The part of an error that may be logged: a database error prints its SQL with the values, so only its kind and the driver's code stay. */
function safeCause(error: unknown): Record<string, unknown> {
  const wraps = error instanceof HttpProblem || error instanceof DatabaseUnavailable
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
