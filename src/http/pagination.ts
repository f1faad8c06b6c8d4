import { z } from 'zod'
import { cursorOf, type Page, type Sorting } from '../keyset.ts'

const MOST = 100
const USUAL = 50

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

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() })
}

export function answerOf<Item, Shown>({ items, end }: Page<Item>, show: (item: Item) => Shown) {
  return { items: items.map(show), next: end ? cursorOf(end) : null }
}

export function sortQuery(first: string, ...others: string[]) {
  return z
    .enum([first, ...others].flatMap(field => [field, `-${field}`]))
    .meta({ description: `A minus in front sorts downwards. ${first} unless given.` })
}

export function sortingOf(sort: string): Sorting {
  return sort.startsWith('-') ? { field: sort.slice(1), direction: 'DESC' } : { field: sort, direction: 'ASC' }
}
