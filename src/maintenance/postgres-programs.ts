import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { processEnvironment } from '../../configs/env.ts'
import { withClient } from './postgres-client.ts'

type Program = 'pg_dump' | 'pg_restore'

/** The message is a sentence for the operator. */
export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed'
}

/**
 * Runs a client program of PostgreSQL without a shell (ASVS 1.2.5).
 * @param url database to connect to; its password is passed outside the arguments, which every user of the machine can list
 * @throws ProgramFailed with the first line that it printed
 */
export async function runProgram(program: Program, parameters: string[], url?: string): Promise<string> {
  const { bareUrl, password } = url ? splitPassword(url) : {}
  const connection = bareUrl ? ['--no-password', `--dbname=${bareUrl}`] : []
  const env = { ...inherited(), LC_ALL: 'C', ...(password && { PGPASSWORD: password }) }
  const child = spawn(program, [...connection, ...parameters], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | string | null>((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => resolve(code ?? signal))
  }).catch(error => {
    throw new ProgramFailed(`${program} cannot be started (${error.code}). Install the client programs of PostgreSQL.`)
  })
  const [code, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  if (code === 0) return output
  const [line = ''] = errors.trim().split('\n')
  throw new ProgramFailed(`${program} failed (${code}): ${line.replace(/^\w+: error: /, '')}`)
}

/** @throws ProgramFailed if pg_dump is older than the server, which it then refuses to read */
export async function demandRecentDump(url: string): Promise<void> {
  const [, program = ''] = /(\d+)(\.|devel|beta|rc|$)/.exec((await runProgram('pg_dump', ['--version'])).trim()) ?? []
  const server = await serverVersion(url)
  if (Number(program) >= server) return
  throw new ProgramFailed(
    `pg_dump ${program} cannot back up PostgreSQL ${server}. Install the client programs of PostgreSQL ${server} or newer, and put them first in PATH.`,
  )
}

/** @returns the major version */
function serverVersion(url: string): Promise<number> {
  return withClient(url, async client => {
    const { rows } = await client.query<{ version: string }>(`SELECT current_setting('server_version_num') AS version`)
    return Math.floor(Number(rows[0]?.version) / 10_000)
  })
}

function splitPassword(text: string) {
  const url = new URL(text)
  const password = decodeURIComponent(url.password)
  url.password = ''
  return { bareUrl: url.href, password }
}

/** Not the secrets of the server. */
function inherited() {
  const names = Object.keys(processEnvironment).filter(name => /^(PATH|HOME|PG[A-Z]+)$/.test(name))
  return Object.fromEntries(names.map(name => [name, processEnvironment[name]]))
}
