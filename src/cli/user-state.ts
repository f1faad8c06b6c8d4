import type { Command } from 'commander'
import { disableUser, enableUser } from '../administration/administer.ts'
import { enableAuthenticators } from '../factors/failures.ts'
import { labelOf } from '../identity/identifiers.ts'
import { userNamed } from './find-user.ts'
import { withAccounts } from './open.ts'
import { byOperator } from './operator.ts'
import type { Cli } from './settings.ts'
import { print } from './terminal.ts'

export function disableCommands(user: Command, cli: Cli) {
  user
    .command('disable')
    .description('disable a user and end their sessions; never the last administrator')
    .argument('<user>')
    .action((identifier: string) =>
      withAccounts(cli, async ({ store, audit }) => {
        const account = await userNamed(identifier)
        const ended = await disableUser(store, account, () => audit.record('user_disabled', byOperator(account.id)))
        print(cli, `disabled ${labelOf(account)}; sessions ended: ${ended}`)
      }),
    )

  user
    .command('enable')
    .description('let a disabled user sign in again')
    .argument('<user>')
    .action((identifier: string) =>
      withAccounts(cli, async ({ audit }) => {
        const account = await userNamed(identifier)
        await enableUser(account, () => audit.record('user_enabled', byOperator(account.id)))
        print(cli, `enabled ${labelOf(account)}`)
      }),
    )

  user
    .command('unlock')
    .description('unlock the password and the codes of a user after too many failures')
    .argument('<user>')
    .action((identifier: string) =>
      withAccounts(cli, async ({ audit, sequelize }) => {
        const account = await userNamed(identifier)
        await sequelize.transaction(async () => {
          await enableAuthenticators(account.id)
          await audit.record('authn_login_unlock', byOperator(account.id))
        })
        print(cli, `unlocked ${labelOf(account)}`)
      }),
    )
}
