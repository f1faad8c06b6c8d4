import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { brotliDecompressSync, unzipSync } from 'node:zlib'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

type Content = Record<string, { schema?: object }>
type Operation = { responses: Record<string, { content?: Content }> }
type Document = { paths: Record<string, Record<string, Operation>> }

/** What answers broke of the contract since it was last asked. */
const breaches: string[] = []

export const takeBreaches = () => breaches.splice(0)

/**
 * Holds every answer of a test's server against its OpenAPI document: an undeclared status, another media type or a body that the
 * schema does not allow is a breach, and test/support/setup.ts fails the test for it.
 */
export function watchContract(server: Server, document: () => object) {
  let contract: Contract | undefined
  server.prependListener('request', (req: IncomingMessage, res: ServerResponse) => {
    // Taken now: a router shortens the url while it works.
    const { method = '', url = '' } = req
    const body = bodyOf(res)
    res.once('finish', () => {
      contract ??= contractOf(document() as Document)
      const breach = contract.breachOf(method, url, res, body())
      if (breach) breaches.push(breach)
    })
  })
}

/** Listens to what is written. */
function bodyOf(res: ServerResponse) {
  const chunks: Buffer[] = []
  const { write, end } = res
  function keep(chunk: unknown, encoding: unknown) {
    if (typeof chunk === 'string') chunks.push(Buffer.from(chunk, encoding as BufferEncoding))
    else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk))
  }
  res.write = (...given: unknown[]) => {
    keep(given[0], given[1])
    return Reflect.apply(write, res, given)
  }
  res.end = (...given: unknown[]) => {
    keep(given[0], given[1])
    return Reflect.apply(end, res, given)
  }
  return () => decoded(res.getHeader('Content-Encoding'), Buffer.concat(chunks)).toString()
}

function decoded(encoding: unknown, body: Buffer): Buffer {
  if (body.length === 0) return body
  if (encoding === 'br') return brotliDecompressSync(body)
  return encoding === 'gzip' || encoding === 'deflate' ? unzipSync(body) : body
}

/**
 * What is refused for how it was sent, whatever was asked for, is said once in docs/problems.md and not of each operation; and any read can
 * be conditional (RFC 9110, 13.1.2).
 */
function isOfEveryRoute(status: number, body: string) {
  return (
    status === 304 || (status === 400 && /"code":"(malformed_request|insecure_transport|duplicate_cookie)"/.test(body))
  )
}

/** Kept for the servers of the other tests: to compile the schemas takes longer than most requests. */
const contracts = new Map<string, Contract>()

function contractOf(document: Document): Contract {
  const key = JSON.stringify(document)
  const contract = contracts.get(key) ?? new Contract(document)
  contracts.set(key, contract)
  return contract
}

class Contract {
  readonly #document: Document
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true })
  readonly #validators = new Map<string, ValidateFunction>()
  readonly #paths: [RegExp, string][]

  constructor(document: Document) {
    formats.default(this.#ajv)
    this.#ajv.addSchema({ ...document, $id: 'contract' })
    this.#document = document
    this.#paths = Object.keys(document.paths).map(path => [new RegExp(`^${path.replaceAll(/{\w+}/g, '[^/]+')}$`), path])
  }

  breachOf(method: string, url: string, res: ServerResponse, body: string): string | undefined {
    const at = url.split('?', 1)[0] ?? ''
    const path = this.#paths.find(([pattern]) => pattern.test(at))?.[1] ?? ''
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase()
    const operation = this.#document.paths[path]?.[verb]
    if (!operation || isOfEveryRoute(res.statusCode, body)) return undefined
    const response = operation.responses[String(res.statusCode)]
    const fault = response
      ? this.#faultOf([path, verb], response.content, res, method === 'HEAD' ? '' : body)
      : `is not declared: ${body.slice(0, 300)}`
    return fault && `${method} ${path} ${res.statusCode} ${fault}`
  }

  #faultOf(operation: string[], content: Content | undefined, res: ServerResponse, body: string) {
    if (body === '') return undefined
    const type = String(res.getHeader('Content-Type') ?? '').split(';', 1)[0] ?? ''
    if (!content?.[type]) return `has a body of the undeclared type ${type}`
    if (!/[/+]json$/.test(type)) return undefined
    const validate = this.#validator([...operation, 'responses', String(res.statusCode), 'content', type, 'schema'])
    return validate(JSON.parse(body)) ? undefined : `breaks its schema: ${this.#ajv.errorsText(validate.errors)}`
  }

  #validator(steps: string[]): ValidateFunction {
    const pointer = ['paths', ...steps].map(step => step.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')
    const known = this.#validators.get(pointer) ?? this.#ajv.compile({ $ref: `contract#/${encodeURI(pointer)}` })
    this.#validators.set(pointer, known)
    return known
  }
}
