import { newSid } from './cookies.ts'

/** A session to be seeded; it belongs to the user with the same number. */
export type SeededSession = { sid: string; userNumber: number }

export type Population = { one: SeededSession; warmUp: SeededSession[]; many: SeededSession[] }

/** Every session has a user of its own: sharing users would flatter a cache. */
export function newPopulation(sessions: { warmUp: number; many: number }): Population {
  const [one, ...others] = newSessions(1 + sessions.warmUp + sessions.many)
  if (one === undefined) throw new Error('a population has at least one session')
  return { one, warmUp: others.slice(0, sessions.warmUp), many: others.slice(sessions.warmUp) }
}

export function newSessions(count: number): SeededSession[] {
  return Array.from({ length: count }, (_, index) => ({ sid: newSid(), userNumber: index + 1 }))
}

export function everySession({ one, warmUp, many }: Population): SeededSession[] {
  return [one, ...warmUp, ...many]
}
