import { BODY_LIMIT } from '../../../src/http/endpoint.ts'
import type { Schema } from '../../support/from-schema.ts'

type Parameter = { name: string; in: string; schema: Schema }
export type Operation = {
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}

/** What is sent besides the credentials; a body is JSON as it goes over the wire. */
export type Input = { title: string; query?: string; body?: string; headers?: Record<string, string> }

/** Most bytes of all headers that Node takes is 16 kB; the credentials need some. */
const HEADER = 12_000

/** Texts that cost more than their length: marks that NFC has to sort, one that NFKC makes 18 of, and surrogates. */
const TEXTS: Record<string, string> = {
  'plain text': 'a',
  'marks to be sorted': '\u0315\u0300\u05ae\u0301',
  'letters that grow': '\ufdfa',
  'surrogate pairs': '\u{1f469}\u200d',
}

/**
 * The worst that the limits of an operation allow: its longest fields in each kind of text, and what is refused only after it was read.
 * @param lookup resolves a `$ref`
 */
export function worstInputs(operation: Operation, lookup: (ref: string) => Schema): Input[] {
  const query = (operation.parameters ?? []).filter(each => each.in === 'query')
  const schema = operation.requestBody?.content['application/json']?.schema
  return [
    ...Object.entries(TEXTS).flatMap(([title, text]) => longestOf(title, text, query, schema, lookup)),
    ...(schema ? bodies(schema, lookup) : []),
    ...HEADERS,
    { title: 'a query without end', query: repeated('a=1&', HEADER) },
  ]
}

function longestOf(
  title: string,
  text: string,
  query: Parameter[],
  schema: Schema | undefined,
  lookup: (ref: string) => Schema,
): Input[] {
  if (query.length === 0 && !schema) return text === 'a' ? [{ title: 'nothing' }] : []
  const search = new URLSearchParams(
    Object.fromEntries(query.map(each => [each.name, String(longest(each.schema, text, lookup))])),
  )
  // Over the limit of a field, it is refused before anything else is done with it.
  const shortened = search.toString().slice(0, HEADER)
  return [{ title, query: shortened, ...(schema && { body: JSON.stringify(longest(schema, text, lookup)) }) }]
}

function bodies(schema: Schema, lookup: (ref: string) => Schema): Input[] {
  const { properties = {} } = resolved(schema, lookup)
  const [first = 'a'] = Object.keys(properties)
  const field = (value: string) => `{${JSON.stringify(first)}:${value}}`
  const size = BODY_LIMIT - 200
  return [
    { title: 'one long field', body: field(JSON.stringify(repeated(TEXTS['marks to be sorted'] ?? '', size / 2))) },
    { title: 'a long field of escapes', body: field(`"${repeated('\\u0000', size)}"`) },
    { title: 'every field long', body: JSON.stringify(allLong(Object.keys(properties), size)) },
    { title: 'deep arrays', body: field('['.repeat(size / 2) + ']'.repeat(size / 2)) },
    { title: 'deep objects', body: `${'{"a":'.repeat(size / 6)}0${'}'.repeat(size / 6)}` },
    { title: 'a list without end', body: field(`[${repeated('{},', size)}0]`) },
    { title: 'unknown fields', body: `{${many(size / 11, at => `"a${at}":0`)}}` },
    { title: 'one field over and over', body: `{${many(size / (first.length + 6), () => `"${first}":1`)}}` },
  ]
}

const HEADERS: Input[] = [
  { title: 'cookies without end', headers: { cookie: repeated('a=b; ', HEADER) } },
  { title: 'signed cookies', headers: { cookie: many(HEADER / 13, at => `a${at}=s:a.b`, '; ') } },
  { title: 'a long user agent', headers: { 'user-agent': repeated('Mozilla/5.0 (', HEADER) } },
  { title: 'many tags', headers: { 'if-none-match': repeated('"a", ', HEADER) } },
]

/** A value that a schema allows, as long as it allows. */
function longest(given: Schema, text: string, lookup: (ref: string) => Schema): unknown {
  const schema = resolved(given, lookup)
  if (schema.enum) return schema.enum.at(-1)
  if (schema.const !== undefined) return schema.const
  const [choice] = schema.anyOf ?? schema.oneOf ?? []
  if (choice) return longest(choice, text, lookup)
  if (schema.type === 'object')
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, each]) => [name, longest(each, text, lookup)]),
    )
  if (schema.type === 'array')
    return Array.from({ length: schema.maxItems ?? 1000 }, (_, at) => {
      const item = longest(schema.items ?? {}, text, lookup)
      return typeof item === 'string' && !schema.items?.enum ? `${at}${item}`.slice(0, item.length) : item
    })
  if (schema.type === 'integer' || schema.type === 'number') return schema.maximum ?? 1
  if (schema.type === 'boolean') return true
  return longestText(schema, text)
}

function longestText({ format, pattern, maxLength = 1000 }: Schema, text: string): string {
  if (format === 'email') return `${'a'.repeat(64)}@${`${'b'.repeat(61)}.`.repeat(3)}example`
  if (format === 'uuid') return '00000000-0000-4000-8000-000000000000'
  if (format === 'date-time') return '2026-01-01T00:00:00.000Z'
  return repeated(pattern ? '1' : text, maxLength)
}

function resolved(schema: Schema, lookup: (ref: string) => Schema): Schema {
  return schema.$ref ? resolved(lookup(schema.$ref), lookup) : schema
}

function allLong(names: string[], size: number) {
  const each = Math.floor(size / Math.max(1, names.length)) - 20
  return Object.fromEntries(names.map(name => [name, 'a'.repeat(Math.max(1, each))]))
}

/** @param length in UTF-16 units, not exceeded */
function repeated(text: string, length: number) {
  return text.repeat(Math.floor(length / text.length))
}

function many(count: number, make: (at: number) => string, separator = ',') {
  return Array.from({ length: Math.floor(count) }, (_, at) => make(at)).join(separator)
}
