import { useState } from 'preact/hooks'
import { useLoad } from '../parts/use-load.ts'
import { admin } from './api.ts'
import type { PageOf } from './types.ts'

/** The first page of a list, and the pages after it as they are asked for. A new `path` begins anew. */
export const usePages = <Item>(path: string, cursor: 'cursor' | 'before') => {
  const [more, setMore] = useState<{ path: string; items: Item[]; next: string | null }>()
  const first = useLoad(async () => ({ path, ...(await admin<PageOf<Item>>('GET', path)) }), [path])
  const extended = more?.path === first.data?.path ? more : undefined
  const next = extended ? extended.next : (first.data?.next ?? null)
  const items = first.data && [...first.data.items, ...(extended?.items ?? [])]

  const showMore = async () => {
    const page = await admin<PageOf<Item>>('GET', `${path}&${cursor}=${encodeURIComponent(next ?? '')}`)
    setMore({ path, items: [...(extended?.items ?? []), ...page.items], next: page.next })
  }
  const reload = () => {
    setMore(undefined)
    first.reload()
  }
  return { items, next, problem: first.problem, showMore, reload }
}
