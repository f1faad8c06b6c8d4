import { literal, type Sequelize } from 'sequelize'
import { z } from 'zod'
import { problems } from './problems.ts'

/** A page that filters most rows out ends early and says where to continue. */
const MOST_READ = 1000
const BATCH = 250

/** `end` is set if the list goes on. */
export type Page<Item> = { items: Item[]; end: Position | undefined }

/** @param rows up to `limit` and one more */
export function pageOfRows<Row>(rows: Row[], limit: number, standsAt: (row: Row) => Position): Page<Row> {
  const items = rows.slice(0, limit)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, end: last && standsAt(last) }
}

/** The id breaks ties. */
export type Sorting = { field: string; direction: Direction }

type Direction = 'ASC' | 'DESC'

export type PageWish = { limit: number; cursor?: string | undefined }

/** By values, so that inserted and deleted rows do not shift pages. */
export type Position = { value: string; id: string }

/** PostgreSQL text cannot contain NUL. */
export const TEXT_VALUE = z.string().refine(text => !text.includes('\0') && text.isWellFormed())
export const TIME_VALUE = z.iso.datetime()

export function cursorOf({ value, id }: Position): string {
  return Buffer.from(JSON.stringify([value, id])).toString('base64url')
}

/** @throws 422 for an invalid cursor */
export function positionOf(
  cursor: string | undefined,
  value: z.ZodType<string>,
  id: z.ZodType<string> = z.uuid(),
): Position | undefined {
  if (cursor === undefined) return undefined
  const given = z.tuple([value, id]).safeParse(jsonIn(cursor))
  if (!given.success) throw problems.invalid([UNKNOWN_CURSOR])
  return { value: given.data[0], id: given.data[1] }
}

const UNKNOWN_CURSOR = {
  pointer: '?/cursor',
  detail: 'Send the value of `next` from the previous page unchanged.',
  code: 'cursor',
}

function jsonIn(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    throw problems.invalid([UNKNOWN_CURSOR])
  }
}

/** A row comparison is one index range; with OR and AND, SQLite would scan the index. */
export function beyond(
  sequelize: Sequelize,
  columns: readonly string[],
  direction: Direction,
  values: readonly (string | number | Date)[],
) {
  const names = columns.map(column => `"${column}"`).join(', ')
  const bounds = columns.map((_, at) => sequelize.escape(values[at] as string)).join(', ')
  return literal(`(${names}) ${direction === 'ASC' ? '>' : '<'} (${bounds})`)
}

export type Entry<Item> = { position: Position; shown: Item | undefined }

/** Reads up to MOST_READ rows, so a page may be short, even empty, and still have a `next`. */
export async function readPage<Item>(
  limit: number,
  start: Position | undefined,
  read: (after: Position | undefined, count: number) => Promise<Entry<Item>[]>,
): Promise<Page<Item>> {
  const shown: Entry<Item>[] = []
  let end = start
  for (let total = 0, count = limit + 1; total < MOST_READ; total += count, count = BATCH) {
    const entries = await read(end, count)
    shown.push(...entries.filter(entry => entry.shown !== undefined))
    if (shown.length > limit) return pageOfEntries(shown.slice(0, limit), shown[limit - 1]?.position)
    if (entries.length < count) return pageOfEntries(shown, undefined)
    end = entries.at(-1)?.position
  }
  return pageOfEntries(shown, end)
}

function pageOfEntries<Item>(entries: Entry<Item>[], end: Position | undefined): Page<Item> {
  return { items: entries.flatMap(({ shown }) => (shown === undefined ? [] : [shown])), end }
}
