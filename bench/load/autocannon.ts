import type { IncomingHttpHeaders } from 'node:http'
import autocannon, { type Instance, type Options, type Request, type Result } from 'autocannon'
import { seconds } from '../../src/durations.ts'
import type { LoadPlan, LoadRun } from '../load.ts'
import { add, type Histogram } from './latency.ts'

/** As with wrk: a subject too slow for all requests of a plan is stopped here. */
const LONGEST_RUN = seconds(20)

/** The bench process is itself the load process: autocannon runs in it, on the core that the servers do not use. */
export async function runAutocannon(plan: LoadPlan): Promise<LoadRun> {
  const histogram: Histogram = new Map()
  let started = performance.now()
  let finished = started
  const result = await finish(options(plan), instance => {
    instance.on('start', () => {
      started = performance.now()
    })
    instance.on('response', (_client, _status, _bytes, milliseconds) => {
      add(histogram, Math.round(milliseconds * 1_000), 1)
      finished = performance.now()
    })
    if ('requests' in plan.stop) setTimeout(() => instance.stop(), LONGEST_RUN).unref()
  })
  refuseFailures(plan, result)
  return { answered: result['2xx'], seconds: (finished - started) / seconds(1), histogram }
}

function finish(settings: Options, listen: (instance: Instance) => void): Promise<Result> {
  return new Promise((resolve, reject) => {
    listen(autocannon(settings, (error: unknown, result: Result) => (error ? reject(error) : resolve(result))))
  })
}

function options({ url, connections, stop, headers }: LoadPlan): Options {
  const end = 'seconds' in stop ? { duration: stop.seconds } : { amount: stop.requests }
  return { url, connections, ...end, requests: [{ setupRequest: inTurn(headers) }] }
}

/** One counter for all connections, so that each line is sent once before any is sent again. */
function inTurn(lines: string[]): (request: Request) => Request {
  const headers = lines.map(line => Object.assign({}, ...line.split('\t').map(parseHeader)) as IncomingHttpHeaders)
  let next = 0
  return request => ({ ...request, headers: headers[next++ % headers.length] })
}

function parseHeader(line: string): IncomingHttpHeaders {
  const colon = line.indexOf(': ')
  return { [line.slice(0, colon)]: line.slice(colon + 2) }
}

function refuseFailures(plan: LoadPlan, result: Result): void {
  const failed = result.errors + result.non2xx
  if (failed > 0) throw new Error(`${plan.url}: ${failed} of ${result.requests.sent} requests failed`)
}
