import type { IncomingMessage } from 'node:http'
import { problems } from '../problems.ts'

/** The request that the proxy asks about. */
export type OriginalRequest = {
  method: string
  /** In the spelling of browsers, so that it can be looked up. */
  origin: string
  /** Path and query as they were sent. */
  uri: string
  /** Decoded where that is safe, in the one spelling that rules are compared with. */
  path: string
}

const FORWARDED = ['x-forwarded-method', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-uri'] as const
const ORIGINAL = ['x-original-method', 'x-original-url'] as const
/** A proxy may send X-Forwarded-Proto and X-Forwarded-For for its own hop beside X-Original-*. */
const ONLY_FORWARDED = ['x-forwarded-method', 'x-forwarded-host', 'x-forwarded-uri'] as const

const METHOD = /^[A-Z]{1,20}$/
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/
const USUAL_PORTS = new Map([
  ['http', ':80'],
  ['https', ':443'],
])
const ORIGINAL_URL = /^([a-z]+):\/\/([^/?#]*)(\/.*)$/i
const LONGEST_URI = 8192
/** Control characters, `.`, `/`, `;`, a backslash, and an escape within an escape. */
const AMBIGUOUS_ESCAPE = /%(?:[01][0-9a-f]|7f|2e|2f|3b|5c|25[0-9a-f]{2})/i

type Headers = Pick<IncomingMessage, 'headersDistinct'>

/**
 * Reads one family of headers: X-Forwarded-* (Caddy, Traefik, HAProxy) or X-Original-* (nginx). A visitor who sends the other one
 * would otherwise choose which of them counts.
 * @throws 403
 */
export function originalRequest(req: Headers): OriginalRequest {
  const isOriginal = ORIGINAL.some(name => req.headersDistinct[name])
  if (isOriginal && ONLY_FORWARDED.some(name => req.headersDistinct[name]))
    throw problems.ambiguousRequest('It has X-Forwarded-* and X-Original-* headers. The proxy must remove one family.')
  return isOriginal ? fromOriginal(req) : fromForwarded(req)
}

function fromForwarded(req: Headers): OriginalRequest {
  const [method, scheme, host, uri] = FORWARDED.map(name => single(req, name))
  return assemble(method, scheme, host, uri)
}

function fromOriginal(req: Headers): OriginalRequest {
  const [method, url = ''] = ORIGINAL.map(name => single(req, name))
  const [, scheme, host, uri] = ORIGINAL_URL.exec(url) ?? []
  const hop = req.headersDistinct['x-forwarded-proto']?.at(-1)
  if (hop !== undefined && hop !== scheme)
    throw problems.ambiguousRequest('X-Original-URL and X-Forwarded-Proto name different schemes.')
  return assemble(method, scheme, host, uri)
}

function single(req: Headers, name: string): string {
  const [value, ...more] = req.headersDistinct[name] ?? []
  if (value === undefined || more.length > 0)
    throw problems.ambiguousRequest(`The proxy must send ${name} exactly once.`)
  return value
}

function assemble(method = '', scheme = '', host = '', uri = ''): OriginalRequest {
  if (!METHOD.test(method) || method === 'TRACE' || method === 'CONNECT')
    throw problems.ambiguousRequest('Its method is not one that applications are asked with.')
  const origin = originOf(scheme, host)
  if (origin === undefined) throw problems.ambiguousRequest('Its scheme or host cannot be read.')
  return { method, origin, uri, path: comparablePath(uri) }
}

/** @returns undefined unless it is one http or https origin */
export function originOf(scheme: string, host: string): string | undefined {
  const usual = USUAL_PORTS.get(scheme)
  const lower = host.toLowerCase()
  if (usual === undefined || !HOST.test(lower)) return undefined
  return `${scheme}://${lower.endsWith(usual) ? lower.slice(0, -usual.length) : lower}`
}

/**
 * Refuses what proxies and applications read differently instead of guessing (RFC 3986, 6.2.2).
 * @throws 403
 */
function comparablePath(uri: string): string {
  const [raw = ''] = uri.split('?', 1)
  if (uri.length > LONGEST_URI || !/^\/[\x21-\x7e]*$/.test(uri)) throw unclear()
  if (/[\\;#]/.test(raw) || raw.includes('//')) throw unclear()
  if (AMBIGUOUS_ESCAPE.test(raw)) throw unclear()
  const path = decoded(raw)
  if (path.split('/').some(part => /^\.{1,2}$/.test(part))) throw unclear()
  return path
}

function decoded(raw: string): string {
  try {
    return decodeURIComponent(raw)
  } catch {
    throw unclear()
  }
}

const unclear = () =>
  problems.ambiguousRequest(
    'Its path can be read in several ways. Remove `//`, `;`, backslashes, dot segments and double escapes.',
  )
