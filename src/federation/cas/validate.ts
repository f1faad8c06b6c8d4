import { boundedFetch, ProviderUnavailable } from '../bounded-fetch.ts'
import { isServiceTicket } from './ticket.ts'
import { type CasServer, casEndpoint } from './urls.ts'
import { MalformedXml, parseXml, type XmlElement } from './xml.ts'

const VALIDATE_PATHS = { '2.0': '/serviceValidate', '3.0': '/p3/serviceValidate' }
const MAX_SUBJECT = 255
const CODE = /^[A-Z_]{1,64}$/

export type CasValidation =
  | { outcome: 'valid'; subject: string; attributes: Record<string, string[]> }
  | { outcome: 'refused'; code: string }

/**
 * Asks a CAS server who a service ticket belongs to, which uses the ticket up (CAS protocol 3.0, sections 2.5 and 2.8).
 * @param options `renew` refuses tickets that were issued without asking for the password
 * @returns the code is the server's, such as INVALID_TICKET or INVALID_SERVICE
 * @throws ProviderUnavailable if the server cannot be reached or its response cannot be understood
 */
export async function validateTicket(
  server: CasServer,
  ticket: string,
  { renew = false } = {},
): Promise<CasValidation> {
  if (!isServiceTicket(ticket)) return { outcome: 'refused', code: 'INVALID_TICKET' }
  const url = casEndpoint(server, VALIDATE_PATHS[server.protocol ?? '3.0'])
  url.searchParams.set('service', server.serviceUrl)
  url.searchParams.set('ticket', ticket)
  if (renew) url.searchParams.set('renew', 'true')
  const response = await boundedFetch(url, { headers: { accept: 'application/xml, text/xml' } })
  if (response.status !== 200) throw new ProviderUnavailable(url, 'status')
  try {
    return validationOf(parseXml(decodeUtf8(await response.arrayBuffer())))
  } catch (error) {
    if (error instanceof MalformedXml) throw new ProviderUnavailable(url, 'malformed', error)
    throw error
  }
}

/** Replacement characters would make two users one. */
function decodeUtf8(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new MalformedXml('is not UTF-8', { cause })
  }
}

function validationOf({ name, children }: XmlElement): CasValidation {
  const [verdict, second] = children
  if (name !== 'serviceResponse' || !verdict || second) throw new MalformedXml('is no service response')
  if (verdict.name === 'authenticationSuccess') return success(verdict)
  if (verdict.name === 'authenticationFailure') return failure(verdict.attributes.code ?? '')
  throw new MalformedXml('neither success nor failure')
}

function success({ children }: XmlElement): CasValidation {
  const subject = only('user', children)?.text
  if (!subject || !isSubject(subject)) throw new MalformedXml('has no usable user')
  const values = only('attributes', children)?.children ?? []
  return { outcome: 'valid', subject, attributes: attributesOf(values) }
}

function failure(code: string): CasValidation {
  if (code === 'INTERNAL_ERROR' || !CODE.test(code)) throw new MalformedXml('has no usable failure code')
  return { outcome: 'refused', code }
}

function only(name: string, children: XmlElement[]): XmlElement | undefined {
  const [element, second] = children.filter(child => child.name === name)
  if (second) throw new MalformedXml(`has two elements ${name}`)
  return element
}

/** Space at either end is refused rather than trimmed, because the trimmed name may be another user's. */
function isSubject(text: string): boolean {
  return text.length <= MAX_SUBJECT && text === text.trim() && !/\p{Cc}/u.test(text)
}

function attributesOf(elements: XmlElement[]): Record<string, string[]> {
  const values = new Map<string, string[]>()
  for (const { name, text } of elements) {
    if (text) values.set(name, [...(values.get(name) ?? []), text])
  }
  return Object.fromEntries(values)
}
