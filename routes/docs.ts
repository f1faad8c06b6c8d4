import express, { type RequestHandler, Router } from 'express'
import swaggerUi from 'swagger-ui-express'
import { z } from 'zod'
import { type Endpoint, endpoint } from '../src/http/endpoint.ts'

type OpenApiDocument = Record<string, unknown>

export const openApiEndpoint = (document: () => OpenApiDocument): Endpoint =>
  endpoint({
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    tags: ['Operation'],
    responses: { 200: { description: 'OpenAPI 3.1', schema: z.record(z.string(), z.unknown()) } },
    handler: document,
  })

/** Swagger UI at /docs, with everything from here; trying a route out sends the session cookie along. */
export const docsRouter = (document: OpenApiDocument): Router => {
  const router = Router()
  const [initialise, assets] = swaggerUi.serveFiles(document, {
    swaggerOptions: { persistAuthorization: false, withCredentials: true },
  })
  const page = strictPage(
    swaggerUi.generateHTML(document, { customSiteTitle: 'API documentation', customCssUrl: '/docs.css' }),
  )
  const showPage: RequestHandler = (_req, res) => void res.type('html').send(page)

  router.get('/docs', showPage)
  router.get('/docs/', showPage)
  if (initialise) router.get('/docs/swagger-ui-init.js', stripMount, initialise)
  if (assets) router.use('/docs', assets)
  return router
}

/** The generated init script is served by its bare name. */
const stripMount: RequestHandler = (req, _res, next) => {
  req.url = req.url.replace('/docs', '')
  next()
}

/** Without inline styles, which the CSP refuses, and with paths that work at /docs as well as at /docs/. */
const strictPage = (html: string) =>
  html
    .replaceAll(/<style>[\s\S]*?<\/style>/g, '')
    .replaceAll(/ style="[^"]*"/g, '')
    .replaceAll('"./', '"/docs/')

export const staticPages = (directory: string): RequestHandler =>
  express.static(directory, { index: false, dotfiles: 'ignore', redirect: false })
