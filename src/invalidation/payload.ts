import type { Logger } from 'winston'
import type { Invalidation } from './channel.ts'

/**
 * Reads what the triggers of the database write: `session:<publicId>`, `user:<userId>`, `token:<id>`, `keys` or `everything`.
 * Anything else counts as everything, since it may have been meant to end a session.
 */
export function createPayloadReader(publish: (change: Invalidation) => void, logger: Logger) {
  return (payload: unknown): void => {
    const change = parsePayload(payload)
    // Only the length is logged: what was not understood may hold anything.
    if (!change) logger.warn('A malformed cache invalidation empties the cache', { length: `${payload}`.length })
    publish(change ?? { kind: 'everything' })
  }
}

function parsePayload(payload: unknown): Invalidation | undefined {
  if (typeof payload !== 'string') return undefined
  if (payload === 'everything' || payload === 'keys') return { kind: payload }
  const [, kind, id] = /^(session|user|token):(\S+)$/.exec(payload) ?? []
  if (id === undefined) return undefined
  if (kind === 'session') return { kind, publicId: id }
  return kind === 'user' ? { kind, userId: id } : { kind: 'token', id }
}
