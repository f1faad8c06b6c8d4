import winston from 'winston'
import type { Env } from './env.ts'

const LEVELS = { error: 0, warn: 1, info: 2, http: 3, verbose: 4, debug: 5, sql: 6, silly: 7 }
const COLOURS = {
  error: 'red',
  warn: 'yellow',
  info: 'green',
  http: 'cyan',
  verbose: 'gray',
  debug: 'gray',
  sql: 'gray',
  silly: 'gray',
}

export type Logger = winston.Logger

/** @param requestId called at each line */
export function createLogger(env: Pick<Env, 'LOG_LEVEL' | 'LOG_FORMAT'>, requestId: () => string | undefined): Logger {
  return winston.createLogger({
    levels: LEVELS,
    level: env.LOG_LEVEL,
    format: winston.format.combine(
      withRequestId(requestId)(),
      winston.format.timestamp(),
      env.LOG_FORMAT === 'json' ? winston.format.json() : readable,
      withoutControl(),
    ),
    transports: [new winston.transports.Console()],
  })
}

function withRequestId(requestId: () => string | undefined) {
  return winston.format(info => {
    const id = requestId()
    if (id) info.requestId = id
    return info
  })
}

/** JSON does not escape these, but terminals obey them: C1 controls, separators, bidi marks. */
const UNSAFE = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g
const LINE = Symbol.for('message')

/** Applied to the finished line (ASVS 16.4.1). */
const withoutControl = winston.format(info => {
  info[LINE] = String(info[LINE]).replace(UNSAFE, each => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return info
})

winston.addColors(COLOURS)

/** JSON values cannot break a line or control a terminal (ASVS 16.4.1). */
const readable = winston.format.combine(
  ...(isColorTerminal() ? [winston.format.colorize()] : []),
  winston.format.printf(({ level, message, timestamp, ...rest }) => {
    const details = Object.entries(rest).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
    return `${String(timestamp).slice(11, 23)} ${level}: ${printable(message)}${details.join('')}`
  }),
)

/** False for pipes and files, and with NO_COLOR. */
function isColorTerminal(): boolean {
  return [process.stdout, process.stderr].every(stream => stream.isTTY && stream.hasColors())
}

/** Keeps line breaks and escapes other control characters. */
function printable(text: unknown) {
  return JSON.stringify(String(text)).slice(1, -1).replaceAll('\\n', '\n').replaceAll('\\"', '"')
}
