import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { track } from '../children.ts'
import type { LoadPlan, LoadRun } from '../load.ts'
import { withFolder } from '../scratch.ts'
import { add, type Histogram } from './latency.ts'

const SCRIPT = join(import.meta.dirname, 'wrk.lua')
/** A subject too slow for all requests of a plan is stopped here; its rate is known well enough by then. */
const LONGEST_RUN_SECONDS = 20

type Report = {
  requests: number
  duration: number
  answered: number
  elapsed: number
  failed: number
  histogram: [number, number][]
}

export function runWrk(plan: LoadPlan): Promise<LoadRun> {
  return withFolder(async folder => {
    const headersFile = join(folder, 'headers')
    await writeFile(headersFile, `${plan.headers.join('\n')}\n`)
    return toRun(plan, await report(plan, headersFile))
  })
}

async function report(plan: LoadPlan, headersFile: string): Promise<Report> {
  const child = track(spawn('wrk', parameters(plan, headersFile), { stdio: ['ignore', 'pipe', 'inherit'] }))
  const output = await text(child.stdout)
  const line = output.split('\n').find(part => part.startsWith('RESULT '))
  if (line === undefined) throw new Error(`wrk reported nothing:\n${output}`)
  return JSON.parse(line.slice('RESULT '.length)) as Report
}

function parameters({ url, connections, stop }: LoadPlan, headersFile: string): string[] {
  const seconds = 'seconds' in stop ? stop.seconds : LONGEST_RUN_SECONDS
  const limit = 'requests' in stop ? stop.requests : 0
  const wrk = ['-t1', `-c${connections}`, `-d${seconds}`, '--timeout', '10', '-s', SCRIPT, url]
  return [...wrk, '--', headersFile, `${limit}`, `${connections}`]
}

function toRun(plan: LoadPlan, report: Report): LoadRun {
  if (report.failed > 0) throw new Error(`${plan.url}: ${report.failed} of ${report.requests} requests failed`)
  const reachedLimit = report.answered > 0
  const [answered, microseconds] = reachedLimit ? [report.answered, report.elapsed] : [report.requests, report.duration]
  return { answered, seconds: microseconds / 1e6, histogram: uncorrected(plan, report) }
}

/**
 * wrk adds made-up samples below each slow one (its answer to coordinated omission), which would hide a lone stall
 * from max/p99. Largest first, this takes away what wrk's `stats_correct` added.
 */
function uncorrected(plan: LoadPlan, report: Report): Histogram {
  const perConnection = Math.floor(report.requests / plan.connections)
  const interval = Math.floor(report.duration / Math.max(perConnection, 1))
  const histogram: Histogram = new Map(report.histogram)
  for (const [value] of report.histogram.toReversed()) removeShadow(histogram, value, interval)
  const measured = [...histogram.values()].reduce((sum, count) => sum + count, 0)
  if (measured !== report.requests) throw new Error(`wrk: ${measured} latencies for ${report.requests} requests`)
  return new Map([...histogram].filter(([, count]) => count > 0))
}

function removeShadow(histogram: Histogram, value: number, interval: number): void {
  const count = histogram.get(value) ?? 0
  if (value < interval * 2 || count === 0) return
  for (let below = value - interval; below > interval; below -= interval) add(histogram, below, -count)
}
