import { Op, type WhereOptions } from 'sequelize'
import { z } from 'zod'
import { invalid } from './problem.ts'

const MOST = 100
const USUAL = 50

/** Query fields of every list: how many, and from where on. */
export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MOST)
    .default(USUAL)
    .meta({ description: `1 to ${MOST}.` }),
  cursor: z.string().max(1000).optional().meta({ description: '`next` of the page before.' }),
}

/** One page of a list; `next` is null on the last. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable() })

/** By which field a list is sorted; each row has it, and the id breaks ties. */
export type Sorting = { field: string; direction: 'ASC' | 'DESC' }

/** The sort of a query: a field of a fixed list, with a minus for descending. */
export const sortQuery = (first: string, ...others: string[]) =>
  z
    .enum([first, ...others].flatMap(field => [field, `-${field}`]))
    .default(first)
    .meta({ description: 'A minus in front sorts downwards.' })

export const sortingOf = (sort: string): Sorting =>
  sort.startsWith('-') ? { field: sort.slice(1), direction: 'DESC' } : { field: sort, direction: 'ASC' }

const CursorSchema = z.tuple([z.string(), z.string()])

/** Names the last row of a page by its values, so that rows that come and go shift no page. */
export const cursorOf = (value: Date | string, id: string) =>
  Buffer.from(JSON.stringify([value instanceof Date ? value.toISOString() : value, id])).toString('base64url')

/**
 * What lies behind a cursor.
 * @throws 422 for a cursor that no page gave
 */
export const after = (cursor: string, { field, direction }: Sorting): WhereOptions => {
  const [value, id] = readCursor(cursor)
  const beyond = direction === 'ASC' ? Op.gt : Op.lt
  const given = field === 'createdAt' ? new Date(value) : value
  if (given instanceof Date && Number.isNaN(given.getTime())) throw unknownCursor()
  return { [Op.or]: [{ [field]: { [beyond]: given } }, { [field]: given, id: { [beyond]: id } }] }
}

const readCursor = (cursor: string) => {
  try {
    return CursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    throw unknownCursor()
  }
}

const unknownCursor = () =>
  invalid([{ pointer: '?/cursor', detail: 'Send `next` of the page before, unchanged.', code: 'cursor' }])
