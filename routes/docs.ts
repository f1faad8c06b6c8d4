import { type RequestHandler, Router } from 'express'
import swaggerUi, { type SwaggerUiOptions } from 'swagger-ui-express'
import { z } from 'zod'
import { type Endpoint, endpoint, mountPage } from '../src/http/endpoint.ts'
import { sendTagged, type TaggedAnswer, taggedAnswer } from '../src/http/etag.ts'
import { refusals } from '../src/http/responses.ts'

type OpenApiDocument = Record<string, unknown>

/** What the page asks for; the rest of the package, its version among it, is nobody's business (ASVS 13.4.6, 13.4.7). */
const ASSETS = [
  'swagger-ui.css',
  'swagger-ui-bundle.js',
  'swagger-ui-standalone-preset.js',
  'favicon-16x16.png',
  'favicon-32x32.png',
]

const OPTIONS: SwaggerUiOptions = {
  customSiteTitle: 'API documentation',
  customCssUrl: '/docs.css',
  customJs: '/docs-theme.js',
  swaggerUrl: '/openapi.json',
  // The standalone layout adds a bar with an inline style, a box to load other documents, and a badge from another host.
  swaggerOptions: { layout: 'BaseLayout', validatorUrl: null, persistAuthorization: false, withCredentials: true },
}

export function openApiEndpoint(document: () => OpenApiDocument): Endpoint {
  let answer: TaggedAnswer | undefined
  return endpoint({
    method: 'get',
    path: '/openapi.json',
    summary: 'Show this document',
    tags: ['Operation'],
    access: 'public',
    responses: { 200: { description: 'OpenAPI 3.1', schema: z.record(z.string(), z.unknown()) }, ...refusals(400) },
    handler: ({ res }) => {
      answer ??= inBytes(taggedAnswer(document()))
      sendTagged(res, answer)
    },
  })
}

/** It is large: answers that nobody reads share one buffer. */
const inBytes = ({ body, etag }: TaggedAnswer): TaggedAnswer => ({ body: Buffer.from(body), etag })

/** Swagger UI at /docs, with everything from here; trying a route out sends the session cookie along. */
export function docsRouter(): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const [initialise, assets] = swaggerUi.serveFiles(undefined, OPTIONS)
  const page = strictPage(swaggerUi.generateHTML(undefined, OPTIONS))
  const showPage: RequestHandler = (_req, res) => void res.type('html').send(page)

  mountPage(router, '/docs', showPage)
  mountPage(router, '/docs/', showPage)
  if (initialise) mountPage(router, '/docs/swagger-ui-init.js', stripMount, initialise)
  if (assets) for (const name of ASSETS) mountPage(router, `/docs/${name}`, stripMount, assets)
  return router
}

/** The handlers of the library know their files by bare name. */
const stripMount: RequestHandler = (req, _res, next) => {
  req.url = req.url.replace('/docs', '')
  next()
}

/** Without inline styles, which the CSP refuses, and with paths that work at /docs as well as at /docs/. */
function strictPage(html: string) {
  return html
    .replaceAll(/<style>[\s\S]*?<\/style>/g, '')
    .replaceAll(/ style="[^"]*"/g, '')
    .replaceAll('"./', '"/docs/')
}
