import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { histogramOf, type Latency, summarise } from './latency.ts'

/**
 * Asks at a constant rate, whether or not earlier answers have come, so that a stall delays nothing but shows in every
 * request that fell into it. One header line `Name: value` per request, in turn.
 */
export type Probe = { url: string; headers: string[]; perSecond: number }

/** Probes until `until` settles, and waits for what is then still under way. */
export async function probe(plan: Probe, until: Promise<unknown>): Promise<Latency> {
  const agent = new Agent({ keepAlive: true })
  const pending: Promise<number>[] = []
  let running = true
  const ended = until.finally(() => (running = false))
  const started = performance.now()
  for (let sent = 0; running; sent++) {
    pending.push(observed(ask(plan.url, plan.headers[sent % plan.headers.length] ?? '', agent)))
    await sleep(Math.max(started + ((sent + 1) * 1_000) / plan.perSecond - performance.now(), 0))
  }
  await ended
  const answers = await Promise.all(pending)
  agent.destroy()
  return summarise(histogramOf(answers))
}

/** A failure is reported when all answers are collected, not as an unhandled rejection before. */
function observed<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => undefined)
  return answer
}

function ask(url: string, line: string, agent: Agent): Promise<number> {
  const [name = '', value = ''] = line.split(': ')
  const started = performance.now()
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { [name]: value } }, response => {
      response.resume()
      response.once('end', () => {
        if (response.statusCode !== 200) return reject(new Error(`${url} answered ${response.statusCode}`))
        resolve(performance.now() - started)
      })
    }).once('error', reject)
  })
}
