import { spawnSync } from 'node:child_process'
import { runAutocannon } from './load/autocannon.ts'
import { type Histogram, type Latency, merge, summarise } from './load/latency.ts'
import { runWrk } from './load/wrk.ts'
import type { Server } from './server.ts'

/** `headers`: per request one `Name: value`, or several separated by tabs; taken in turn. `stop.requests` sends that many, each line in turn. */
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

/** What one server is to be asked. */
export type Turns = { server: Server; plans: LoadPlan[] }

/**
 * Runs the plans of several servers in turn, the first of each, the second of each and so on: the speed of a machine drifts within
 * seconds. Only the server in turn runs: they share a core, and what one still writes or collects when its time is over would
 * hold up the next. Each server's runs are taken as one.
 */
export async function inTurns<Name extends string>(
  generator: Generator,
  turns: Record<Name, Turns>,
): Promise<Record<Name, LoadResult>> {
  const all = (Object.entries(turns) as [Name, Turns][]).map(([name, own]) => ({ name, ...own, runs: [] as LoadRun[] }))
  const rounds = Math.max(...all.map(({ plans }) => plans.length))
  for (const { server } of all) server.pause()
  for (let round = 0; round < rounds; round++) {
    for (const { server, plans, runs } of all) {
      const plan = plans[round]
      if (plan) runs.push(await alone(server, () => generator.run(plan)))
    }
  }
  for (const { server } of all) server.resume()
  return Object.fromEntries(all.map(({ name, runs }) => [name, pooled(runs)])) as Record<Name, LoadResult>
}

async function alone<T>(server: Server, work: () => Promise<T>): Promise<T> {
  server.resume()
  const result = await work()
  server.pause()
  return result
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
