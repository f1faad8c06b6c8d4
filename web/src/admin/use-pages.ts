import { useState } from 'preact/hooks'
import { useLoad } from '../parts/use-load.ts'
import { admin } from './api.ts'
import type { PageOf } from './types.ts'

/** The first page of a list, and the pages after it as they are asked for. A new `path` begins anew. */
export const usePages = <Item>(path: string, cursor: 'cursor' | 'before') => {
  const [more, setMore] = useState<{ path: string; items: Item[]; next: string | null }>()
  const first = useLoad(async () => ({ path, ...(await readOn<Item>(path, cursor, null)) }), [path])
  const extended = more?.path === first.data?.path ? more : undefined
  const next = extended ? extended.next : (first.data?.next ?? null)
  const items = first.data && [...first.data.items, ...(extended?.items ?? [])]

  const showMore = async () => {
    const page = await readOn<Item>(path, cursor, next)
    setMore({ path, items: [...(extended?.items ?? []), ...page.items], next: page.next })
  }
  const reload = () => {
    setMore(undefined)
    first.reload()
  }
  return { items, next, problem: first.problem, showMore, reload }
}

/** With several filters a page may be empty although the list goes on. */
const readOn = async <Item>(path: string, cursor: string, from: string | null): Promise<PageOf<Item>> => {
  const page = await admin<PageOf<Item>>('GET', from ? `${path}&${cursor}=${encodeURIComponent(from)}` : path)
  return page.items.length === 0 && page.next !== null ? readOn(path, cursor, page.next) : page
}
