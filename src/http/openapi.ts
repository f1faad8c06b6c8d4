import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import type { Env } from '../../configs/env.ts'
import { ProblemSchema } from '../problem.ts'
import type { SessionCookie } from '../sessions/cookie.ts'
import { securityOf } from './access.ts'
import type { Endpoint } from './endpoint.ts'

const FIRST_STEPS = `Browsers sign in under \`/auth\` with a cookie; programs call \`/api\` with bearer tokens. Errors are problem details (RFC 9457) with a stable \`code\`.

To try it out here:

1. \`POST /auth/register\`, then \`POST /auth/login\`, with the example bodies. Your browser keeps the cookie, so everything under \`/auth\` now works.
2. For \`/api\`: \`POST /auth/token\`, then choose Authorize and paste the \`access_token\`.
3. \`POST /auth/logout\` ends the session, and the token with it.`

type Documented = Pick<Env, 'BASE_URL' | 'SITE_NAME'>

export function openApiDocument(env: Documented, cookie: SessionCookie, endpoints: Endpoint[]) {
  let document: Record<string, unknown> | undefined
  return () => {
    document ??= { ...createOpenApiDocument(env, cookie, endpoints) }
    return document
  }
}

function createOpenApiDocument(env: Documented, cookie: SessionCookie, endpoints: Endpoint[]) {
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: `${env.SITE_NAME} API`,
      version: '1.0',
      description: FIRST_STEPS,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: env.BASE_URL }],
    tags: [...new Set(endpoints.flatMap(each => each.tags))].sort().map(tagOf),
    paths: pathsOf(endpoints),
    components: {
      securitySchemes: {
        cookie: { type: 'apiKey', in: 'cookie', name: cookie.name, description: 'Set by POST /auth/login.' },
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'A personal access token (POST /auth/tokens) or an access token (POST /auth/token).',
        },
      },
    },
  })
}

const TAGS: Record<string, string> = {
  Account: 'Create, verify, recover, change and delete your own account.',
  API: 'General routes of the API for programs.',
  Clients: 'Applications that sign their users in here (docs/clients.md).',
  Operation: 'Health checks and this document.',
  Audit: 'Security events and statistics. Requires `audit:read`.',
  Roles: 'Named sets of permissions.',
  Token: 'Create and revoke bearer tokens for /api, and verify them in other services.',
  'Second factor': 'Authenticator apps, passkeys and recovery codes (docs/second-factors.md).',
  Session: 'Sign in and out, and see and end your sessions.',
  Applications: 'Sign in to other applications, by OpenID Connect or behind a proxy (docs/forward-auth.md).',
  'Sign in with': 'Sign in with an account at another login server, and link it.',
  Users: 'Manage accounts, sessions and tokens of users.',
}

const tagOf = (name: string) => ({ name, ...(TAGS[name] && { description: TAGS[name] }) })

function pathsOf(endpoints: Endpoint[]): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const each of endpoints) {
    const path = each.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [each.method]: operationOf(each) }
  }
  return paths
}

const BODY_TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded' }

function operationOf(endpoint: Endpoint): ZodOpenApiOperationObject {
  const { method, path, summary, description, tags, access, request, responses } = endpoint
  const security = securityOf(access)
  return {
    operationId: [method, ...path.split(/[^\w]+/)].filter(Boolean).join('_'),
    summary,
    ...(description && { description }),
    tags,
    security: security ? [{ [security]: [] }] : [],
    ...(request?.body && {
      requestBody: { required: true, content: { [BODY_TYPES[request.bodyType ?? 'json']]: { schema: request.body } } },
    }),
    requestParams: {
      ...(request?.params && { path: request.params as never }),
      ...(request?.query && { query: request.query as never }),
    },
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, response]) => [status, responseOf(Number(status), response)]),
    ),
  }
}

function responseOf(status: number, { description, schema, contentType }: Endpoint['responses'][number]) {
  if (status >= 400)
    return { description, content: { 'application/problem+json': { schema: schema ?? ProblemSchema } } }
  return schema ? { description, content: { [contentType ?? 'application/json']: { schema } } } : { description }
}
