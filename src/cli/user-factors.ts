import type { Command } from 'commander'
import { removeFactors } from '../administration/remove-factors.ts'
import { createSealer } from '../encryption/sealer.ts'
import { labelOf } from '../identity/identifiers.ts'
import { createMailer } from '../mail/mailer.ts'
import { userNamed } from './find-user.ts'
import { withAccounts } from './open.ts'
import { byOperator } from './operator.ts'
import type { Cli } from './settings.ts'
import { print } from './terminal.ts'

export function factorsCommand(user: Command, cli: Cli) {
  return user
    .command('remove-factors')
    .description(
      'remove all second factors of a user who lost them, and end their sessions and tokens; verify their identity first',
    )
    .argument('<user>')
    .action((identifier: string) =>
      withAccounts(cli, async ({ env, sequelize, store, audit }) => {
        const account = await userNamed(identifier)
        const mailer = createMailer(createSealer(env.ENCRYPTION_KEYS))
        const by = byOperator(account.id, { factor: 'all' })
        const { removed } = await removeFactors({ env, sequelize, store, mailer, audit }, account, by)
        print(cli, `removed the second factors of ${labelOf(account)}: ${removed}`)
      }),
    )
}
