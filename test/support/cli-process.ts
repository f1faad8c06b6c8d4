import { spawn } from 'node:child_process'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import type { EnvSource } from '../../configs/env.ts'
import { NODE_COMPILE_CACHE } from './compile-cache.ts'

const ROOT = path.join(import.meta.dirname, '../..')

/** What a command runs under unless a test says otherwise. */
export const USUAL_SETTINGS = {
  NODE_ENV: 'test',
  BCRYPT_COST: '4',
  ENCRYPTION_KEYS: 'test-only-key-test-only-key-test-only-key-test',
}

export type Finished = { code: number | null; stdout: string; stderr: string }

type Options = { input?: string; settings?: EnvSource; directory?: string }

/** Starts the command line as a process of its own, with no variable of this one but PATH. */
export function startCli(args: readonly string[], { input = '', settings = {}, directory = '/' }: Options) {
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE, ...settings }
  const child = spawn(process.execPath, [path.join(ROOT, 'src/cli.ts'), ...args], { cwd: directory, env })
  // A command that refuses before it reads closes its end first.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return child
}

export async function finished(child: ReturnType<typeof startCli>): Promise<Finished> {
  const closed = new Promise<number | null>(resolve => child.on('close', resolve))
  const [code, stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)])
  return { code, stdout, stderr }
}

/** Runs commands with the same settings and in the same directory. */
export function cliFor(settings: EnvSource, directory?: string) {
  const options = {
    settings: { ...USUAL_SETTINGS, ...settings },
    ...(directory && { directory }),
  }
  return {
    run: (args: readonly string[], input = '') => finished(startCli(args, { ...options, input })),
    start: (args: readonly string[], more: EnvSource = {}) =>
      startCli(args, { ...options, settings: { ...options.settings, ...more } }),
  }
}

/** The settings under which a command meets the database and the cookies of a server. */
export function settingsOf({
  env,
}: {
  env: { DATABASE_URL: string; SESSION_SECRET: string[]; ENCRYPTION_KEYS: string[] }
}): EnvSource {
  return {
    DATABASE_URL: env.DATABASE_URL,
    SESSION_SECRET: env.SESSION_SECRET.join(','),
    ENCRYPTION_KEYS: env.ENCRYPTION_KEYS.join(','),
  }
}

/** What a refusal looks like: no result, and one line without a stack, which has these words (a pattern). */
export function refusal(words: string) {
  return {
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(new RegExp(`^error: .*${words}.*\\n$`)),
  }
}
