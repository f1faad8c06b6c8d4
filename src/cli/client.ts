import type { Command } from 'commander'
import { fileCommands } from './client-file.ts'
import { readingCommands } from './client-list.ts'
import { logoutCommands } from './client-logouts.ts'
import { secretCommands } from './client-secrets.ts'
import { writingCommands } from './client-write.ts'
import type { Cli } from './settings.ts'

export function clientCommands(program: Command, cli: Cli) {
  const client = program.command('client').description('manage the applications that sign their users in here')
  for (const register of [readingCommands, writingCommands, secretCommands, fileCommands, logoutCommands])
    register(client, cli)
}
