import type { Judgement, PasswordContext } from './policy.ts'
import { createWorkerPool } from './worker-pool.ts'

export type PasswordJudge = ReturnType<typeof createPasswordJudge>

type JudgeJobs = { judge: { task: { password: string; context: PasswordContext }; result: Judgement } }

const WORKER = new URL('./judge-worker.ts', import.meta.url)

/** On its own thread, because an estimate takes up to 100 ms. */
export function createPasswordJudge({ queue }: { queue: number }) {
  const pool = createWorkerPool<JudgeJobs>({ threads: 1, queue, worker: WORKER })

  /** @throws QueueFull */
  const judge = (password: string, context: PasswordContext) => pool.run('judge', { password, context })

  return { judge, close: pool.close }
}
