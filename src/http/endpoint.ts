import express, { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express'
import type { z } from 'zod'
import type { FieldError } from '../problem.ts'
import { problems } from '../problems.ts'
import { SessionStore } from '../sessions/store.ts'
import { type Access, type AccessCheck, refusalsOf } from './access.ts'
import { refusals } from './responses.ts'

/** In bytes. Parsing 100 kB of unknown fields blocked the main thread for over 10 ms. */
export const BODY_LIMIT = 32 * 1024

const MOST_FIELD_ERRORS = 50

type Method = 'get' | 'post' | 'patch' | 'put' | 'delete'
type ResponseDeclaration = { description: string; schema?: z.ZodType; contentType?: string }

type Input<Body, Query, Params> = { body: Body; query: Query; params: Params; req: Request; res: Response }

type Declaration<Body, Query, Params> = {
  method: Method
  path: string
  summary: string
  description?: string
  tags: string[]
  access: Access
  /** Not counted as a write, so that a thief cannot keep the owner from signing them out. */
  uncounted?: true
  request?: {
    body?: z.ZodType<Body>
    bodyType?: 'form'
    query?: z.ZodType<Query>
    params?: z.ZodType<Params>
  }
  /** The first 2xx is the handler's status; refusals that the declaration implies are added. */
  responses: Record<number, ResponseDeclaration>
  first?: RequestHandler[]
  /** After the access check, before the request is parsed. */
  guards?: RequestHandler[]
  /** Returns the JSON body, sent once session changes are saved, or answers by `res`. */
  handler: (input: Input<Body, Query, Params>) => unknown
}

export type Endpoint = Omit<Declaration<unknown, unknown, unknown>, 'handler'> & { steps: RequestHandler[] }

/** The Zod schemas parse the request, type the handler and are the OpenAPI entry. */
export function endpoint<Body = undefined, Query = undefined, Params = undefined>(
  declaration: Declaration<Body, Query, Params>,
): Endpoint {
  const { handler, ...documented } = declaration
  const { body, query, params } = declaration.request ?? {}
  const success = Number(Object.keys(declaration.responses).find(status => status.startsWith('2')) ?? 200)

  async function answer(req: Request, res: Response, value: unknown) {
    const answersItself = value === undefined && declaration.responses[success]?.schema !== undefined
    if (res.headersSent || answersItself) return
    if (req.sessionStore instanceof SessionStore) await req.sessionStore.saveChanges(req)
    res.statusCode = success
    if (value === undefined) return void res.end()
    res.json(value)
  }

  async function parseAndHandle(req: Request, res: Response) {
    const input = {
      body: parsed(body, () => req.body ?? {}, '#'),
      query: parsed(query, () => req.query, '?'),
      params: parsed(params, () => req.params, ':'),
    }
    if (body) req.body = input.body
    await answer(req, res, await handler({ ...input, req, res }))
  }

  return {
    ...documented,
    responses: { ...impliedRefusals(declaration), ...declaration.responses },
    steps: [...(declaration.guards ?? []), ...bodySteps(declaration), parseAndHandle],
  }
}

function impliedRefusals({ access, method, path, request, uncounted }: ImpliesRefusals) {
  const statuses = [...refusalsOf(access)]
  if (method !== 'get') statuses.push(415, 503)
  if (method !== 'get' && path.startsWith('/auth')) statuses.push(403)
  if (method !== 'get' && access !== 'public' && !uncounted) statuses.push(429)
  if (request?.body) statuses.push(400, 413, 422)
  if (request?.query || request?.params) statuses.push(422)
  return refusals(...statuses)
}

type ImpliesRefusals = Pick<Endpoint, 'access' | 'method' | 'path' | 'request' | 'uncounted'>

function bodySteps({ method, request }: BodyDeclaration): RequestHandler[] {
  if (request?.body) return [request.bodyType === 'form' ? parseForm : parseJson]
  return method === 'get' ? [] : [refuseOtherBodies]
}

type BodyDeclaration = { method: Method; request?: { body?: z.ZodType; bodyType?: 'form' } }

const readJson = express.json({ limit: BODY_LIMIT })
const readForm = express.urlencoded({ limit: BODY_LIMIT, extended: false })

/** Only for endpoints without a cookie. */
function parseForm(req: Request, res: Response, next: NextFunction) {
  if (!req.is('application/x-www-form-urlencoded')) return next(problems.formExpected())
  return readForm(req, res, next)
}

function parseJson(req: Request, res: Response, next: NextFunction) {
  return refuseOtherBodies(req, res, error => (error ? next(error) : readAtMost(req, res, next)))
}

/** express.json would read an oversized body to its end. */
function readAtMost(req: Request, res: Response, next: NextFunction) {
  if (Number(req.headers['content-length'] ?? 0) > BODY_LIMIT) return next(problems.bodyTooLarge())
  let isSettled = false
  function settle(error?: unknown) {
    if (isSettled) return
    isSettled = true
    next(error)
  }
  let size = 0
  if (req.headers['transfer-encoding'] !== undefined)
    req.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > BODY_LIMIT) settle(problems.bodyTooLarge())
    })
  readJson(req, res, settle)
}

/** Forms and plain text come cross-site without a preflight (ASVS 3.5.2). */
const refuseOtherBodies: RequestHandler = (req, _res, next) => {
  if (!hasBody(req) || req.is('application/json')) return next()
  next(problems.unsupportedMediaType())
}

function hasBody(req: Request) {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0
}

/** @throws 422 that names every refused field (ASVS 2.2.1) */
function parsed<T>(schema: z.ZodType<T> | undefined, value: () => unknown, root: string): T {
  if (!schema) return undefined as T
  const result = schema.safeParse(value())
  if (result.success) return result.data
  throw problems.invalid(result.error.issues.flatMap(issue => fieldErrors(issue, root)).slice(0, MOST_FIELD_ERRORS))
}

function fieldErrors(issue: z.core.$ZodIssue, root: string): FieldError[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, MOST_FIELD_ERRORS).map(key => ({
      pointer: pointer(root, [...issue.path, key.slice(0, 60)]),
      detail: 'Unknown field. Remove it.',
      code: 'unknown_field',
    }))
  return [
    {
      pointer: pointer(root, issue.path),
      detail: issue.message,
      code: String(issue.code === 'custom' ? (issue.params?.code ?? 'custom') : issue.code),
    },
  ]
}

function pointer(root: string, path: PropertyKey[]) {
  return root + path.map(part => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function isCountedWrite({ method, access, uncounted }: Endpoint): boolean {
  return method !== 'get' && access !== 'public' && !uncounted
}

/** A wrong method gets 405 with Allow (RFC 9110, 15.5.6). */
export function routerOf(
  prefix: string,
  endpoints: Endpoint[],
  accessCheck: AccessCheck,
  countWrite?: RequestHandler,
): Router {
  const router = Router({ caseSensitive: true, strict: true })
  for (const [path, group] of Map.groupBy(endpoints, each => each.path)) {
    const route = router.route(path.slice(prefix.length) || '/')
    for (const each of group) {
      const counted = countWrite && isCountedWrite(each) ? [countWrite] : []
      route[each.method](...counted, ...(each.first ?? []), ...accessCheck(each.access), ...each.steps)
    }
    route.all(methodNotAllowed(group.map(each => each.method)))
  }
  return router
}

export function mountPage(router: Router, path: string, ...steps: RequestHandler[]) {
  return router
    .route(path)
    .get(...steps)
    .all(methodNotAllowed(['get']))
}

function methodNotAllowed(methods: Method[]): RequestHandler {
  const allow = [
    ...new Set(methods.flatMap(method => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))),
  ].join(', ')
  return (req, res) => {
    res.setHeader('Allow', `${allow}, OPTIONS`)
    if (req.method === 'OPTIONS') return void res.status(204).end()
    throw problems.methodNotAllowed(req.method, allow)
  }
}
