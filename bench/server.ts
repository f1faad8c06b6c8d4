import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { track } from './children.ts'
import { freePort } from './free-port.ts'
import { nodeOn } from './machine.ts'

/** A Node program: it listens on PORT and answers 200 at /healthz as soon as it can serve. One core is the default. */
export type Program = { file: string; env: Record<string, string>; cores?: 'one' | 'all' }

export type Server = {
  origin: string
  /** From spawn to the first 200, in milliseconds. */
  startedIn: number
  /** Resident memory in MiB; undefined where /proc does not exist. */
  residentMemory(): Promise<number | undefined>
  /** Takes the core away from it until `resume`; its connections and timers wait. */
  pause(): void
  resume(): void
  stop(): Promise<void>
}

const START_LIMIT_MS = 30_000
const STOP_LIMIT_MS = 5_000
const POLL_MS = 5

export async function startServer(program: Program): Promise<Server> {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const started = performance.now()
  const child = launch(program, origin, port)
  await answers(child, `${origin}/healthz`)
  const startedIn = performance.now() - started
  return {
    origin,
    startedIn,
    residentMemory: () => residentMemory(child),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop: () => stop(child),
  }
}

function launch({ file, env, cores = 'one' }: Program, origin: string, port: number): ChildProcess {
  const [command, parameters] = nodeOn(cores, file)
  const child = spawn(command, parameters, {
    stdio: ['ignore', 'ignore', 'inherit'],
    cwd: tmpdir(),
    env: { NODE_ENV: 'production', HOST: '127.0.0.1', PORT: `${port}`, BASE_URL: origin, ...env },
  })
  return track(child)
}

async function answers(child: ChildProcess, url: string): Promise<void> {
  const limit = performance.now() + START_LIMIT_MS
  while (performance.now() < limit) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode}`)
    if (await isOk(url)) return
    await sleep(POLL_MS)
  }
  child.kill('SIGKILL')
  throw new Error(`no answer at ${url} within ${START_LIMIT_MS} ms`)
}

async function isOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url)
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const forced = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
  child.kill('SIGTERM')
  // A failed run leaves it paused, and so deaf to the first signal.
  child.kill('SIGCONT')
  await once(child, 'exit')
  clearTimeout(forced)
}

async function residentMemory(child: ChildProcess): Promise<number | undefined> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(status)?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024
}
