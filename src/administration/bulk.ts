import type { Logger } from '../../configs/logger.ts'
import { codeOf } from '../error-code.ts'
import { isProblem, problems } from '../problems.ts'
import type { Actor } from './authority.ts'

export type BulkResult = {
  id: string
  done: boolean
  sessionsEnded: number
  code: string | null
  detail: string | null
}

/**
 * Runs an act for each user under its own rules, so that one refusal does not stop the rest.
 * @param act ends sessions of one user and returns how many
 */
export async function actOnEach(
  { logger }: { logger: Logger },
  actor: Actor,
  ids: string[],
  act: (id: string) => Promise<number>,
): Promise<BulkResult[]> {
  const results: BulkResult[] = []
  for (const id of actorLast(actor, ids)) results.push(await resultOf(logger, id, act, results.length === 0))
  return results
}

/** An act on the actor's own account would leave the rest of the list to someone who may no longer do it. */
function actorLast(actor: Actor, ids: string[]): string[] {
  const others = [...new Set(ids)].filter(id => id !== actor.id)
  return ids.includes(actor.id) ? [...others, actor.id] : others
}

/** After the first, a fault of the server is a result too: the actor learns what was done before it. */
async function resultOf(
  logger: Logger,
  id: string,
  act: (id: string) => Promise<number>,
  isFirst: boolean,
): Promise<BulkResult> {
  try {
    return { id, done: true, sessionsEnded: await act(id), code: null, detail: null }
  } catch (cause) {
    if (!isRefusal(cause)) {
      if (isFirst) throw cause
      logger.error('an act on several users failed for one of them', {
        kind: cause instanceof Error ? cause.name : typeof cause,
        code: codeOf(cause),
      })
    }
    const error = isProblem(cause) ? cause : problems.databaseUnavailable(cause)
    return { id, done: false, sessionsEnded: 0, code: error.code, detail: error.message }
  }
}

function isRefusal(error: unknown): boolean {
  return isProblem(error) && error.status < 500
}
