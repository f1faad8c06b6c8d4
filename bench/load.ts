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

/**
 * Runs the plans of several subjects in turn, the first of each, the second of each and so on: the speed of a machine drifts within
 * seconds. Each subject's runs are taken as one.
 */
export async function inTurns<Name extends string>(
  generator: Generator,
  plans: Record<Name, LoadPlan[]>,
): Promise<Record<Name, LoadResult>> {
  const runs = new Map((Object.keys(plans) as Name[]).map(name => [name, [] as LoadRun[]]))
  const turns = Math.max(...[...runs.keys()].map(name => plans[name].length))
  for (let turn = 0; turn < turns; turn++) {
    for (const [name, own] of runs) {
      const plan = plans[name][turn]
      if (plan) own.push(await generator.run(plan))
    }
  }
  return Object.fromEntries([...runs].map(([name, own]) => [name, pooled(own)])) as Record<Name, LoadResult>
}

/** A timed plan cut into plans of a second. Each begins elsewhere in the headers, so that together they go through all. */
export function secondBySecond({ headers, ...plan }: Omit<LoadPlan, 'stop'>, seconds: number): LoadPlan[] {
  const stop = { seconds: 1 }
  return Array.from({ length: seconds }, (_, second) => ({
    ...plan,
    headers: rotated(headers, second / seconds),
    stop,
  }))
}

function pooled(runs: LoadRun[]): LoadResult {
  const sum = (of: 'answered' | 'seconds') => runs.reduce((total, run) => total + run[of], 0)
  return {
    perSecond: sum('answered') / sum('seconds'),
    latency: summarise(merge(runs.map(({ histogram }) => histogram))),
  }
}

/** The list from another place on, for runs too short for all of it. @param share where it begins, 1 being its end */
export function rotated<T>(list: T[], share: number): T[] {
  const first = Math.floor((share % 1) * list.length)
  return [...list.slice(first), ...list.slice(0, first)]
}

/** wrk where it is installed, otherwise autocannon: one generator for all subjects of a run. */
export function chooseGenerator(): Generator {
  const hasWrk = spawnSync('wrk', ['-v']).error === undefined
  return hasWrk ? { name: 'wrk', run: runWrk } : { name: 'autocannon', run: runAutocannon }
}
