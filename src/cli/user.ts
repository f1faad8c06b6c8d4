import type { Command } from 'commander'
import type { Cli } from './settings.ts'
import { createCommand } from './user-create.ts'
import { factorsCommand } from './user-factors.ts'
import { identitiesCommands } from './user-identities.ts'
import { listCommand } from './user-list.ts'
import { passwordCommand } from './user-password.ts'
import { roleCommands } from './user-roles.ts'
import { disableCommands } from './user-state.ts'

export function userCommands(program: Command, cli: Cli) {
  const user = program.command('user').description('manage users; name a USER by email address, username or ID')
  for (const register of [
    createCommand,
    listCommand,
    disableCommands,
    passwordCommand,
    roleCommands,
    factorsCommand,
    identitiesCommands,
  ])
    register(user, cli)
}
