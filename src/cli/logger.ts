import winston from 'winston'
import type { Env } from '../../configs/env.ts'
import { createLogger, type Logger } from '../../configs/logger.ts'
import type { Cli } from './settings.ts'

const DETAILED = ['debug', 'sql', 'silly']

/** The server's log lines, on standard error: warnings and errors only, or with `-v` at least those called verbose. */
export function createCliLogger(env: Env, { verbosity, notes }: Cli): Logger {
  const level = verbosity() === 'verbose' ? verboseLevel(env) : quietLevel(env)
  const logger = createLogger({ ...env, LOG_LEVEL: level }, () => undefined)
  return logger.clear().add(new winston.transports.Stream({ stream: notes }))
}

const verboseLevel = ({ LOG_LEVEL }: Env) => (DETAILED.includes(LOG_LEVEL) ? LOG_LEVEL : 'verbose')
const quietLevel = ({ LOG_LEVEL }: Env) => (LOG_LEVEL === 'error' ? 'error' : 'warn')
