import { type Page, type PageWish, pageOfRows, positionOf, TIME_VALUE } from '../keyset.ts'
import type { SessionStore } from './store.ts'
import type { ListedSession } from './table.ts'

/**
 * One page of the live sessions of a user, those that last longest first: in that order the index holds the live ones together.
 * @throws 422 for a cursor that is none
 */
export async function listSessions(
  store: SessionStore,
  userId: string,
  { limit, cursor }: PageWish,
): Promise<Page<ListedSession>> {
  const rows = await store.listByUser(userId, limit + 1, positionOf(cursor, TIME_VALUE))
  return pageOfRows(rows, limit, ({ expires, publicId }) => ({ value: expires.toISOString(), id: publicId }))
}
