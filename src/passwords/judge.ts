import type { Judgement } from './judge-worker.ts'
import type { PasswordContext, PasswordViolation } from './policy.ts'
import { createWorkerPool } from './worker-pool.ts'

export type PasswordJudge = ReturnType<typeof createPasswordJudge>

type JudgeJobs = {
  check: { task: { password: string; context: PasswordContext }; result: PasswordViolation[] }
  judge: { task: { password: string; context: PasswordContext }; result: Judgement }
}

const WORKER = new URL('./judge-worker.ts', import.meta.url)

/**
 * The rules of policy.ts and the estimate of strength.ts, on a thread of their own: an estimate takes up to a tenth of a second, and the
 * lists that both load at their first use more than that.
 * @param queue how many passwords may wait
 */
export function createPasswordJudge({ queue }: { queue: number }) {
  const pool = createWorkerPool<JudgeJobs>({ threads: 1, queue, worker: WORKER })

  /** Everything that speaks against a new password; empty when it is accepted. @throws HashQueueFull */
  const check = (password: string, context: PasswordContext) => pool.run('check', { password, context })

  /** The same, with a hint of how soon it would be guessed. @throws HashQueueFull */
  const judge = (password: string, context: PasswordContext) => pool.run('judge', { password, context })

  return { check, judge, close: pool.close }
}
