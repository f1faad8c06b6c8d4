import { CommanderError } from 'commander'
import { BaseError as SequelizeError } from 'sequelize'
import { NoPrimary } from '../../configs/database/primary.ts'
import { DatabaseUnavailable } from '../../configs/database.ts'
import { ConfigurationError } from '../../configs/env.ts'
import { MigrationFailed } from '../../configs/migrations.ts'
import { isProblem, sentencesOf } from '../problems.ts'
import { StoreUnavailable } from '../sessions/table.ts'
import { Refusal } from './refusal.ts'

const WRONG_USAGE = 2

/** 0 after help, 2 for a command line that cannot be read, 1 for whatever was refused or failed. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof CommanderError)) return 1
  return error.exitCode === 0 ? 0 : WRONG_USAGE
}

/** The lines to print for a failure: no stack if the operator can fix it, nothing if commander has printed its own. */
export function explain(error: unknown): string[] {
  if (error instanceof CommanderError) return []
  if (error instanceof ConfigurationError) return error.faults
  if (isProblem(error)) return [forCommandLine(sentencesOf(error))]
  if (isSaidInOneLine(error)) return [error.message]
  if (error instanceof SequelizeError) return [`The database failed: ${error.message}`]
  return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
}

function isSaidInOneLine(error: unknown): error is Error {
  return [Refusal, DatabaseUnavailable, NoPrimary, MigrationFailed, StoreUnavailable].some(
    kind => error instanceof kind,
  )
}

/** Commands that list what the API lists at an address below `/api/v1/`. */
const LISTS: Record<string, string> = { clients: 'client list', users: 'user list' }

function forCommandLine(sentence: string): string {
  return sentence.replace(/ See GET \/\S+\/(\w+)\.$/, (_, list: string) => {
    const command = LISTS[list]
    return command ? ` See: npm run latchkey -- ${command}` : ''
  })
}
