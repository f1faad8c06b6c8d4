import fc from 'fast-check'

/** The part of JSON Schema that our documents use. */
export type Schema = {
  $ref?: string
  type?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  format?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  maxItems?: number
}

type Lookup = (ref: string) => Schema

/** What no field should choke on. */
const ODD = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1e308,
    '',
    'a\u0000b',
    'a\r\nb',
    '\ud800',
    '\u202e',
    '../../etc/passwd',
    "' OR 1=1 --",
  ),
  fc.constantFrom<unknown>('x'.repeat(2000), [], {}, [[[]]], { $ne: null }, { toString: 1 }),
  fc.json({ maxDepth: 3 }).map(text => JSON.parse(text)),
)

/** Values that a schema allows, as far as it says, and sometimes one that it does not. */
export function fromSchema(schema: Schema, lookup: Lookup): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 9, arbitrary: allowed(schema, lookup) }, { weight: 1, arbitrary: ODD })
}

function allowed(schema: Schema, lookup: Lookup): fc.Arbitrary<unknown> {
  if (schema.$ref) return fromSchema(lookup(schema.$ref), lookup)
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf
  if (choices) return fc.oneof(...choices.map(each => fromSchema(each, lookup)))
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.const !== undefined) return fc.constant(schema.const)
  return BY_TYPE[schema.type ?? 'object']?.(schema, lookup) ?? ODD
}

const BY_TYPE: Record<string, (schema: Schema, lookup: Lookup) => fc.Arbitrary<unknown>> = {
  object: ({ properties = {}, required = [] }, lookup) =>
    fc.record(Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, fromSchema(each, lookup)])), {
      requiredKeys: required.filter(name => name in properties),
    }),
  array: ({ items = {}, maxItems = 3 }, lookup) =>
    fc.array(fromSchema(items, lookup), { maxLength: Math.min(maxItems, 3) }),
  string: ({ format, minLength = 0, maxLength = 40 }) =>
    FORMATS[format ?? ''] ??
    fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) }),
  integer: ({ minimum = -5, maximum = 1000 }) => fc.integer({ min: minimum, max: Math.min(maximum, 2 ** 31) }),
  number: () => fc.double(),
  boolean: () => fc.boolean(),
  null: () => fc.constant(null),
}

const FORMATS: Record<string, fc.Arbitrary<string>> = {
  uuid: fc.uuid(),
  email: fc.emailAddress(),
  'date-time': fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })
    .map(date => date.toISOString()),
  password: fc.string({ minLength: 1, maxLength: 40 }),
}
