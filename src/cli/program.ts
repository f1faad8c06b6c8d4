import { Command } from 'commander'
import { auditCommands } from './audit.ts'
import { backupCommand } from './backup.ts'
import { clientCommands } from './client.ts'
import { encryptionCommands } from './encryption.ts'
import { keyCommands } from './keys.ts'
import { linkCommands } from './links.ts'
import { mailCommands } from './mail.ts'
import { migrateCommands } from './migrate.ts'
import { openApiCommand } from './openapi.ts'
import { restoreCommand } from './restore.ts'
import { secretCommands } from './secrets.ts'
import { sessionCommands } from './sessions.ts'
import type { Cli } from './settings.ts'
import type { Terminal } from './terminal.ts'
import { tokenCommands } from './tokens.ts'
import { userCommands } from './user.ts'

const EXIT_CODES = `
Exit codes: 0 done, 1 refused or failed (one line on standard error), 2 wrong usage.
Results go to standard output, questions and log lines to standard error.
Settings come from the environment and .env, as for the server; a running server applies each change within 2 seconds.`

/** The command line; every failure is thrown, also those of usage. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('latchkey')
    .description('Users, sessions, tokens, secrets and migrations of a Latchkey server')
    .option('-v, --verbose', 'also log informational messages')
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(add --help to list commands and options)')
    .configureOutput({
      writeOut: text => void terminal.output.write(text),
      writeErr: text => void terminal.notes.write(text),
    })
    .exitOverride(error => {
      throw error
    })
  const cli: Cli = { ...terminal, verbosity: () => (program.opts().verbose ? 'verbose' : 'quiet') }
  const topics = [
    migrateCommands,
    userCommands,
    linkCommands,
    sessionCommands,
    tokenCommands,
    clientCommands,
    keyCommands,
    mailCommands,
    auditCommands,
    secretCommands,
    encryptionCommands,
    backupCommand,
    restoreCommand,
    openApiCommand,
  ]
  for (const register of topics) register(program, cli)
  return program
}
