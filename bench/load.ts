import { spawnSync } from 'node:child_process'
import { runAutocannon } from './load/autocannon.ts'
import type { Latency } from './load/latency.ts'
import { runWrk } from './load/wrk.ts'

/** `headers`: one line `Name: value` per request, taken in turn. `stop.requests` sends that many, each line in turn. */
export type LoadPlan = {
  url: string
  headers: string[]
  connections: number
  stop: { seconds: number } | { requests: number }
}

/** Latencies are as measured, in milliseconds, without correction for coordinated omission. */
export type LoadResult = { perSecond: number; latency: Latency }

export type Generator = { name: string; run(plan: LoadPlan): Promise<LoadResult> }

/** wrk where it is installed, otherwise autocannon: one generator for all subjects of a run. */
export function chooseGenerator(): Generator {
  const hasWrk = spawnSync('wrk', ['-v']).error === undefined
  return hasWrk ? { name: 'wrk', run: runWrk } : { name: 'autocannon', run: runAutocannon }
}
