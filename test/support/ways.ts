import supertest from 'supertest'
import { vi } from 'vitest'
import type { startServer } from './harness.ts'

type Server = Awaited<ReturnType<typeof startServer>>

/** The two ways to one truth: whatever holds for a session holds on both (docs/decisions/0012). */
export const WAYS = [
  { way: 'the read path', path: '/auth/session' },
  { way: 'the general path', path: '/auth/profile' },
] as const

/** One request with this Cookie header and no memory. */
export function ask(server: Pick<Server, 'url'>, path: string, cookie: string, headers: Record<string, string> = {}) {
  return supertest(server.url)
    .get(path)
    .set({ Cookie: cookie, ...headers })
}

/** Stops the clock that sessions are judged by; `moveClock` steps it. */
export function stopClock(...servers: Server[]) {
  vi.useFakeTimers({ toFake: ['Date'] })
  for (const { deps } of servers) vi.spyOn(deps.store.table, 'touch')
}

/**
 * Steps the stopped clock forward. Touches that are still being written belong before the step; and the channels come alive again,
 * so that caches are used after the step as before it.
 */
export async function moveClock(milliseconds: number, ...servers: Server[]) {
  for (const { deps } of servers) await Promise.allSettled(touchesOf(deps.store.table.touch))
  vi.setSystemTime(Date.now() + milliseconds)
  await Promise.all(servers.map(server => server.deps.channel.sync()))
}

function touchesOf(touch: Server['deps']['store']['table']['touch']) {
  return vi.isMockFunction(touch) ? touch.mock.results.map(({ value }) => value as Promise<unknown>) : []
}
