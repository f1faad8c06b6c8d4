import type { Command } from 'commander'
import { grantRole, revokeRole } from '../administration/administer.ts'
import { labelOf } from '../identity/identifiers.ts'
import { rolesNamed, userNamed } from './find-user.ts'
import { withAccounts } from './open.ts'
import { byOperator } from './operator.ts'
import type { Cli } from './settings.ts'
import { print } from './terminal.ts'

export function roleCommands(user: Command, cli: Cli) {
  roleCommand(user, cli, { name: 'grant', about: 'give a role', change: grantRole, done: 'granted' })
  roleCommand(user, cli, {
    name: 'revoke',
    about: 'take a role away; never admin from the last administrator',
    change: revokeRole,
    done: 'revoked',
  })
}

type Change = { name: string; about: string; change: typeof grantRole; done: string }

function roleCommand(user: Command, cli: Cli, { name, about, change, done }: Change) {
  return user
    .command(name)
    .description(`${about}; sessions get a new ID at their next request`)
    .argument('<user>')
    .argument('<role>')
    .action((identifier: string, roleName: string) =>
      withAccounts(cli, async ({ env, store, mailer, audit }) => {
        const account = await userNamed(identifier)
        for (const role of await rolesNamed([roleName]))
          await change({ env, store, mailer }, account, role, () =>
            audit.record('privilege_permissions_changed', byOperator(account.id, { [done]: [role.name] })),
          )
        print(cli, `${done} ${roleName}: ${labelOf(account)}`)
      }),
    )
}
