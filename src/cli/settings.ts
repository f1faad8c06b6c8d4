import { prepareEnvFile } from '../../configs/env/file.ts'
import { type Env, loadEnv, processEnvironment, settingOf } from '../../configs/env.ts'
import { note, type Terminal } from './terminal.ts'

/** What every command is given. */
export type Cli = Terminal & { verbosity(): 'quiet' | 'verbose' }

/** The configuration, the `.env` it was completed from, and which of the two SESSION_SECRET was taken from. */
export type Settings = { env: Env; envFile: string; secretFrom: 'environment' | 'file' }

/**
 * Reads the settings as the server does.
 * @throws ConfigurationError
 */
export const readSettings = async (terminal: Terminal): Promise<Settings> => {
  const secretFrom = settingOf(processEnvironment, 'SESSION_SECRET') === undefined ? 'file' : 'environment'
  const { path, outcome } = await prepareEnvFile(terminal.directory)
  if (outcome === 'secret-written') note(terminal, `Wrote random secrets to ${path}.`)
  return { env: loadEnv(), envFile: path, secretFrom }
}
