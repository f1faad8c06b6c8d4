import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import express, { type Request, type RequestHandler, Router } from 'express'
import type { Branding, BrandingFile } from '../configs/branding.ts'
import type { Env } from '../configs/env.ts'
import { brandingHeaders, withHeaders } from '../configs/security-headers.ts'
import { days } from '../src/durations.ts'
import { mountPage } from '../src/http/endpoint.ts'
import { languageOf } from '../src/http/language.ts'
import { LANGUAGES, type Language } from '../src/languages.ts'
import { type SessionCookie, signedSid } from '../src/sessions/cookie.ts'
import { isOffered } from '../src/sign-in/ways.ts'
import { PATHS } from '../web/src/paths.ts'
import { describeProvider } from './auth/providers.ts'

/** A name with a hash in it never means anything else. */
const FOR_GOOD = new Map([['Cache-Control', `public, max-age=${days(365) / 1000}, immutable`]])

const DIST = path.resolve(import.meta.dirname, '../web/dist')

type PageEnv = Pick<
  Env,
  | 'SITE_NAME'
  | 'SITE_TERMS_URL'
  | 'SITE_PRIVACY_URL'
  | 'SITE_HELP_URL'
  | 'REGISTRATION'
  | 'SIGN_IN_WITH'
  | 'SIGN_IN_FORM'
  | 'SESSION_REMEMBER'
  | 'OPENAPI_VISIBLE'
  | 'PROVIDERS'
  | 'OPENID_PROVIDER'
  | 'AUDIT_RETENTION'
>

type PageDeps = { env: PageEnv; cookie: SessionCookie }

/** The pages of web/, as Vite built them; none where they are not built. Each is the same document, whose script shows what is asked for. */
export function pagesRouter({ env, cookie }: PageDeps, branding: Branding): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const pages = readPages(env, branding)
  if (pages === undefined) return router
  for (const at of PATHS) mountPage(router, at, send(pages, cookie, { status: 200, caching: 'no-cache' }))
  if (isOffered(env, 'password')) mountPage(router, '/.well-known/change-password', toChangePassword)
  router.use('/assets', withHeaders(FOR_GOOD), filesOf(path.join(DIST, 'assets')))
  for (const file of [branding.logo, branding.style])
    if (file) mountPage(router, addressOf(file), withHeaders(brandingHeaders()), withHeaders(FOR_GOOD), sendFile(file))
  return router
}

/** Where password managers send users (https://w3c.github.io/webappsec-change-password-url/). */
const toChangePassword: RequestHandler = (_req, res) =>
  res.set('Cache-Control', 'no-store').redirect('/account/security')

const addressOf = ({ name }: BrandingFile) => `/branding/${name}`

const sendFile =
  ({ type, content }: BrandingFile): RequestHandler =>
  (_req, res) =>
    void res.type(type).send(content)

/** What a person sees who mistyped an address; a program goes on to the problem. Mounted after everything else. */
export function notFoundPage({ env, cookie }: PageDeps, branding: Branding): RequestHandler {
  const pages = readPages(env, branding)
  return (req, res, next) => {
    if (pages === undefined || !isForPerson(req)) return next()
    send(pages, cookie, { status: 404, caching: 'no-store' })(req, res, next)
  }
}

const isForPerson = (req: Request) =>
  (req.method === 'GET' || req.method === 'HEAD') &&
  !/^\/(?:api|auth|docs|assets)(?:\/|$)/i.test(req.path) &&
  req.accepts(['json', 'html']) === 'html'

/** The document for each language: they differ only in the texts that the browser is told to load beside the script. */
type Pages = Record<Language, string>

function readPages(env: PageEnv, branding: Branding): Pages | undefined {
  const file = path.join(DIST, 'index.html')
  if (!existsSync(file)) return undefined
  const page = fill(readFileSync(file, 'utf8'), env, branding)
  const chunks = readChunks()
  return Object.fromEntries(
    LANGUAGES.map(code => [
      code,
      page.replace('</title>', `</title>${preloadsOf(chunks, `src/text/${code}/pages.ts`)}`),
    ]),
  ) as Pages
}

/** Built files by their sources. */
type Chunks = Record<string, { file: string; imports?: string[] } | undefined>

/** None in a build of an older release. */
function readChunks(): Chunks {
  const manifest = path.join(DIST, '.vite/manifest.json')
  return existsSync(manifest) ? (JSON.parse(readFileSync(manifest, 'utf8')) as Chunks) : {}
}

function preloadsOf(chunks: Chunks, source: string): string {
  const chunk = chunks[source]
  if (!chunk) return ''
  const { file, imports = [] } = chunk
  return `<link rel="modulepreload" href="/${file}">${imports.map(each => preloadsOf(chunks, each)).join('')}`
}

function fill(html: string, env: PageEnv, { logo, style }: Branding): string {
  const values: Record<string, unknown> = {
    ...env,
    PROVIDERS: JSON.stringify(env.PROVIDERS.map(describeProvider)),
    AUDIT_DAYS: Math.ceil(env.AUDIT_RETENTION / days(1)),
    LINKS: JSON.stringify({ terms: env.SITE_TERMS_URL, privacy: env.SITE_PRIVACY_URL, help: env.SITE_HELP_URL }),
    LOGO: logo ? addressOf(logo) : '',
    REMEMBER_DAYS: Math.max(1, Math.floor(env.SESSION_REMEMBER / days(1))),
  }
  const page = html.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => escaped(String(values[name])))
  const icon = logo ? page.replace(/<link rel="icon"[^>]*>/, `<link rel="icon" href="${addressOf(logo)}">`) : page
  // Last, so that it wins over the stylesheet of the pages.
  return style ? icon.replace('</head>', `<link rel="stylesheet" href="${addressOf(style)}"></head>`) : icon
}

const escaped = (text: string) => text.replaceAll(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)

/** Without a session cookie the page need not ask who is signed in, which a browser would show as an error. */
function send(pages: Pages, cookie: SessionCookie, { status, caching }: Sending): RequestHandler {
  return (req, res) => {
    const page = pages[languageOf(req) ?? 'en']
    const isSignedOut = signedSid(cookie, req) === undefined
    res.status(status).type('html').set('Cache-Control', caching).vary('Accept-Language, Cookie')
    res.send(isSignedOut ? page.replace('<html', '<html data-signed-out') : page)
  }
}

type Sending = { status: number; caching: 'no-cache' | 'no-store' }

/** Files by the one name that each has: an escape in a path could spell `../` and so give a file a name below any other route (ASVS 14.2.5). */
export function filesOf(directory: string): RequestHandler {
  const serve = express.static(directory, { index: false, dotfiles: 'ignore', redirect: false, cacheControl: false })
  return (req, res, next) => (req.path.includes('%') ? next() : serve(req, res, next))
}
