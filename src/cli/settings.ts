import path from 'node:path'
import { prepareEnvFile } from '../../configs/env/file.ts'
import { type Env, loadEnv, processEnvironment, settingOf } from '../../configs/env.ts'
import { note, type Terminal } from './terminal.ts'

/** What every command is given. */
export type Cli = Terminal & { verbosity(): 'quiet' | 'verbose' }

/** Variables that hold a list of keys. */
export type KeyVariable = 'SESSION_SECRET' | 'ENCRYPTION_KEYS'

/** The configuration, the `.env` it was completed from, and which lists of keys the environment has and not that file. */
export type Settings = { env: Env; envFile: string; fromEnvironment: Record<KeyVariable, boolean> }

/**
 * Reads the settings as the server does.
 * @throws ConfigurationError
 */
export async function readSettings(terminal: Terminal): Promise<Settings> {
  const fromEnvironment = {
    SESSION_SECRET: settingOf(processEnvironment, 'SESSION_SECRET') !== undefined,
    ENCRYPTION_KEYS: settingOf(processEnvironment, 'ENCRYPTION_KEYS') !== undefined,
  }
  const { path, outcome } = await prepareEnvFile(terminal.directory)
  if (outcome === 'secret-written') note(terminal, `Wrote random secrets to ${path}.`)
  return { env: loadEnv(), envFile: path, fromEnvironment }
}

/** @returns the path of the SQLite database; undefined for PostgreSQL */
export function sqliteFileOf({ DATABASE_URL }: Pick<Env, 'DATABASE_URL'>): string | undefined {
  const scheme = 'sqlite:'
  return DATABASE_URL.startsWith(scheme) ? path.resolve(DATABASE_URL.slice(scheme.length)) : undefined
}
