import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { seconds } from '../../src/durations.ts'
import { NODE_COMPILE_CACHE } from './compile-cache.ts'

const SERVER = path.resolve(import.meta.dirname, '../../src/main.js')
const PATIENCE = seconds(45)

/** Every setting that a real start needs; a child inherits only PATH of this process. */
const SETTINGS = {
  NODE_ENV: 'development',
  SESSION_SECRET: 'Kq3vT9xW2mB7nR5cY8zL4pF6hJ1dG0sAeUiO',
  ENCRYPTION_KEYS: 'x8Wq2LmZ4rT7vB1nK6pJ9sD3fG5hY0cAeUiO',
  BCRYPT_COST: '10',
  HASH_THREADS: '1',
  LOG_FORMAT: 'json',
}

export type ChildServer = Awaited<ReturnType<typeof startChild>>

/**
 * `node src/main.js` as an operator starts it, in an empty directory of its own.
 * @param settings environment variables; undefined takes one of the usual settings away
 * @param server the entry file, of another checkout
 * @param command what runs it
 */
export async function startChild(
  settings: Record<string, string | undefined>,
  server = SERVER,
  [program = process.execPath, ...parameters]: string[] = [],
) {
  const directory = await mkdtemp(path.join(tmpdir(), 'latchkey-child-'))
  const port = await freePort()
  const all = { PATH: process.env.PATH, NODE_COMPILE_CACHE, ...SETTINGS, PORT: String(port), ...settings }
  const given = Object.entries(all).filter(([, value]) => value !== undefined)
  const child = spawn(program, [...parameters, server], { cwd: directory, env: Object.fromEntries(given) })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', text => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', text => (output.stderr += text))
  const exited = exitOf(child)

  /** The first match in what the server printed; throws where it exits without one. */
  async function printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (const giveUp = Date.now() + PATIENCE; Date.now() < giveUp; await tick()) {
      const match = pattern.exec(output.stdout)
      if (match) return match
      if (child.exitCode !== null) break
    }
    throw new Error(`the server did not print ${pattern}; it printed: ${output.stdout}${output.stderr}`)
  }

  async function close() {
    if (child.exitCode === null) child.kill('SIGKILL')
    await exited
    await rm(directory, { recursive: true, force: true })
  }

  return { child, directory, url: `http://127.0.0.1:${port}`, port, output, exited, printed, close }
}

/** Resolves with the exit code when the process is gone and all it wrote has been read. */
function exitOf(child: ChildProcess) {
  return new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', code => resolve(code))
  })
}

/** Free at this moment: nobody knows that it is about to be used. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

const tick = () => new Promise(resolve => setTimeout(resolve, 20))
