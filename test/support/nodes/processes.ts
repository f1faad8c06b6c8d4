import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { NODE_COMPILE_CACHE } from '../compile-cache.ts'
import { redisSettings } from '../database.ts'
import type { Call, Entered, Reply } from './ipc.ts'

/** The settings of a node, as environment variables. */
export type Settings = Record<string, string>

const SETTINGS: Settings = {
  NODE_ENV: 'test',
  PORT: '0',
  SESSION_SECRET: 'test-only-secret-test-only-secret-test-only',
  ENCRYPTION_KEYS: 'test-only-key-test-only-key-test-only-key-test',
  SESSION_IDLE: '1h',
  SESSION_ABSOLUTE: '3h',
  SESSION_REMEMBER: '5h',
  SESSION_TOUCH_SHARE: '0.1',
  SESSION_TOMBSTONES: '2h',
  SESSION_SWEEP: '24h',
  SESSION_CACHE: '50',
  BCRYPT_COST: '4',
  HASH_THREADS: '1',
  // No test of these cuts the power.
  SQLITE_SYNCHRONOUS: 'NORMAL',
  LOG_LEVEL: 'error',
  DATABASE_POOL: '4',
  LOGIN_LIMIT_ACCOUNT_CLIENT: '1000000',
  LOGIN_LIMIT_ACCOUNT: '1000000',
  LOGIN_LIMIT_CLIENT: '1000000',
  LOGIN_LIMIT_REGISTER: '1000000',
}

export type NodeProcess = Awaited<ReturnType<typeof startNode>>

/**
 * A node in a process of its own, driven over IPC.
 * @param script beside this file: `node.ts`, the real application, or `stock-node.ts`
 */
export async function startNode(script: string, settings: Settings) {
  const child = fork(path.join(import.meta.dirname, script), {
    env: {
      PATH: process.env.PATH ?? '',
      NODE_COMPILE_CACHE,
      ...SETTINGS,
      ...redisSettings(settings.DATABASE_URL),
      ...settings,
    },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const printed = collectOutput(child)
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  const entered = new Map<string, PromiseWithResolvers<void>>()
  let calls = 0

  function take(message: Reply | Entered) {
    if ('entered' in message) return enteredAt(message.entered).resolve()
    const { id, value, error } = message
    if (error === undefined) waiting.get(id)?.resolve(value)
    else waiting.get(id)?.reject(new Error(error))
    waiting.delete(id)
  }
  function enteredAt(name: string) {
    const found = entered.get(name) ?? Promise.withResolvers<void>()
    entered.set(name, found)
    return found
  }
  function call<T = void>(method: string, ...args: unknown[]): Promise<T> {
    const reply = Promise.withResolvers<unknown>()
    const id = ++calls
    waiting.set(id, reply)
    child.send({ id, method, args } satisfies Call)
    return reply.promise as Promise<T>
  }
  const exited = once(child, 'exit').then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`the node is gone; it printed: ${printed()}`))
  })
  child.on('message', take)

  const url = `http://127.0.0.1:${await call<number>('port')}`
  /** As a crash ends it: nothing is finished, nothing closed. */
  async function kill() {
    child.kill('SIGKILL')
    await exited
  }
  return { url, call, kill, entered: (name: string) => enteredAt(name).promise, printed }
}

function collectOutput(child: ChildProcess) {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', text => {
      output = (output + text).slice(-4000)
    })
  }
  return () => output
}

export type Answer = { status: number; body: Record<string, unknown>; cookie: string | undefined }

export type Sent = { cookie?: string; body?: object; headers?: Record<string, string> }

/** One request with this cookie. @throws where the node is gone */
export async function request(url: string, method: string, target: string, sent: Sent = {}): Promise<Answer> {
  const { cookie = '', body, headers: more } = sent
  const headers = { cookie, ...(body && { 'content-type': 'application/json' }), ...more }
  const response = await fetch(url + target, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  const text = await response.text()
  const set = response.headers.getSetCookie().find(line => line.startsWith('connect.sid=s'))
  return {
    status: response.status,
    body: isJson(response) ? JSON.parse(text) : { text },
    cookie: set?.split(';', 1)[0],
  }
}

const isJson = ({ headers }: Response) => headers.get('content-type')?.includes('json') ?? false
