import { spawnSync } from 'node:child_process'
import { runAutocannon } from './load/autocannon.ts'
import { type Histogram, type Latency, merge, summarise } from './load/latency.ts'
import { runWrk } from './load/wrk.ts'

/** `headers`: one line `Name: value` per request, taken in turn. `stop.requests` sends that many, each line in turn. */
export type LoadPlan = {
  url: string
  headers: string[]
  connections: number
  stop: { seconds: number } | { requests: number }
}

/** Latencies are as measured, without correction for coordinated omission. */
export type LoadRun = { answered: number; seconds: number; histogram: Histogram }
export type LoadResult = { perSecond: number; latency: Latency }

export type Generator = { name: string; run(plan: LoadPlan): Promise<LoadRun> }

/** Several runs of one subject, taken as one. */
export function pooled(runs: LoadRun[]): LoadResult {
  const sum = (of: 'answered' | 'seconds') => runs.reduce((total, run) => total + run[of], 0)
  return {
    perSecond: sum('answered') / sum('seconds'),
    latency: summarise(merge(runs.map(({ histogram }) => histogram))),
  }
}

/** Begins elsewhere in the list, so that runs too short for all of it go through all of it together. @param share 0 to 1 */
export function rotated<T>(list: T[], share: number): T[] {
  const first = Math.floor((share % 1) * list.length)
  return [...list.slice(first), ...list.slice(0, first)]
}

/** wrk where it is installed, otherwise autocannon: one generator for all subjects of a run. */
export function chooseGenerator(): Generator {
  const hasWrk = spawnSync('wrk', ['-v']).error === undefined
  return hasWrk ? { name: 'wrk', run: runWrk } : { name: 'autocannon', run: runAutocannon }
}
