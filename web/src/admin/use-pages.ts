import { useState } from 'preact/hooks'
import { useLoad } from '../parts/use-load.ts'
import { admin } from './api.ts'
import type { PageOf } from './types.ts'

type Asking = <Answer>(method: 'GET', path: string) => Promise<Answer>

/** The first page of a list, and the next pages on demand. A new `path` starts over. */
export function usePages<Item>(path: string, cursor: 'cursor' | 'before', ask: Asking = admin) {
  const [more, setMore] = useState<{ path: string; items: Item[]; next: string | null }>()
  const first = useLoad(async () => ({ path, ...(await readOn<Item>(ask, path, cursor, null)) }), [path])
  const extended = more?.path === first.data?.path ? more : undefined
  const next = extended ? extended.next : (first.data?.next ?? null)
  const items = first.data && [...first.data.items, ...(extended?.items ?? [])]

  async function showMore() {
    const page = await readOn<Item>(ask, path, cursor, next)
    setMore({ path, items: [...(extended?.items ?? []), ...page.items], next: page.next })
  }
  function reload() {
    setMore(undefined)
    first.reload()
  }
  return { items, next, problem: first.problem, showMore, reload }
}

/** Empty pages that are skipped: each stands for a thousand rows. */
const SKIPPED = 5

/** With several filters a page may be empty although the list goes on. */
export async function readOn<Item>(
  ask: Asking,
  path: string,
  cursor: string,
  from: string | null,
  skipped = 0,
): Promise<PageOf<Item>> {
  const page = await ask<PageOf<Item>>('GET', from ? `${path}&${cursor}=${encodeURIComponent(from)}` : path)
  const isSkipped = page.items.length === 0 && page.next !== null && skipped < SKIPPED
  return isSkipped ? readOn(ask, path, cursor, page.next, skipped + 1) : page
}

/** All items of a list that is short enough to be shown at once. */
export async function everyItem<Item>(path: string, from: string | null = null): Promise<Item[]> {
  const { items, next } = await readOn<Item>(admin, `${path}?limit=100`, 'cursor', from)
  return next === null ? items : [...items, ...(await everyItem<Item>(path, next))]
}
