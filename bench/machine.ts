import { spawnSync } from 'node:child_process'
import { cpus, loadavg, totalmem } from 'node:os'

const SERVER_CORE = 0
const LOAD_CORE = 1

const canPin = cpus().length > 1 && spawnSync('taskset', ['--version']).error === undefined

/** Puts this process, and so every load generator that it starts, on a core of its own. */
export function pinLoadGenerator(): void {
  if (canPin) spawnSync('taskset', ['-acp', `${LOAD_CORE}`, `${process.pid}`])
}

/** The command line that starts a Node program on the servers' core or on all cores, with the same Node as the bench. */
export function nodeOn(cores: 'one' | 'all', file: string): [string, string[]] {
  const list = cores === 'one' ? `${SERVER_CORE}` : `0-${cpus().length - 1}`
  return canPin ? ['taskset', ['-c', list, process.execPath, file]] : [process.execPath, [file]]
}

export function describeMachine(): string {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor'
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const pinning = canPin ? `servers on core ${SERVER_CORE}, load on core ${LOAD_CORE}` : 'not pinned to cores'
  return `${cpus().length} x ${processor}, ${memory}, ${process.platform}, Node ${process.version}; ${pinning}`
}

/** Others' work on this machine, in cores, before the bench began; more than a little spoils every ratio. */
export function describeOthers(): string {
  const busy = loadavg()[0] ?? 0
  const judged = busy > 0.3 ? ': **not idle, do not compare these numbers**' : ''
  return `Load average before the start: ${busy.toFixed(2)}${judged}.`
}
