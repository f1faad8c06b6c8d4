import { END_REASONS } from '../../models/session.ts'
import type { SessionStore } from '../sessions/store.ts'
import type { PersonalTokens } from '../tokens/personal-tokens.ts'
import { addCounter, type Metrics } from './metrics.ts'

type TotalsDeps = { store: SessionStore; personalTokens: PersonalTokens }

/** What the session store and the caches of this process count anyway. */
export function watchTotals({ registry }: Metrics, { store, personalTokens }: TotalsDeps): void {
  addCounter(
    registry,
    {
      name: 'latchkey_sessions_ended_total',
      help: 'Sessions ended by this process, by reason',
      labelNames: ['reason'],
    },
    () => END_REASONS.map(reason => ({ labels: { reason }, value: store.counters.ended.get(reason) ?? 0 })),
  )
  addCounter(
    registry,
    {
      name: 'latchkey_cache_lookups_total',
      help: 'Lookups of sessions and personal access tokens, answered from memory (hit) or by the database (miss)',
      labelNames: ['cache', 'outcome'],
    },
    () => [...outcomesOf('sessions', store.cacheLookups), ...outcomesOf('tokens', personalTokens.cacheLookups)],
  )
  addCounter(
    registry,
    { name: 'latchkey_session_touches_total', help: 'Writes of the time at which a session was last used' },
    () => [{ value: store.counters.touches }],
  )
  addCounter(
    registry,
    { name: 'latchkey_session_store_errors_total', help: 'Failed statements of the session store and its sweep' },
    () => [{ value: store.table.errors }],
  )
}

function outcomesOf(cache: string, { hits, misses }: { hits: number; misses: number }) {
  return [
    { labels: { cache, outcome: 'hit' }, value: hits },
    { labels: { cache, outcome: 'miss' }, value: misses },
  ]
}
