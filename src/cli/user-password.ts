import type { Command } from 'commander'
import { personOf } from '../accounts/change-password.ts'
import { demandGoodPassword } from '../accounts/register.ts'
import { replacePassword } from '../administration/administer.ts'
import { createSealer } from '../encryption/sealer.ts'
import { labelOf } from '../identity/identifiers.ts'
import { createMailer } from '../mail/mailer.ts'
import { userNamed } from './find-user.ts'
import { readNewPassword } from './new-password.ts'
import { withAccounts } from './open.ts'
import { byOperator } from './operator.ts'
import type { Cli } from './settings.ts'
import { print } from './terminal.ts'

export function passwordCommand(user: Command, cli: Cli) {
  return user
    .command('set-password')
    .description('set the password and end all sessions and tokens; prompts, or reads standard input')
    .argument('<user>')
    .action((identifier: string) =>
      withAccounts(cli, async ({ env, logger, store, hasher, judge, audit }) => {
        const mailer = createMailer(createSealer(env.ENCRYPTION_KEYS))
        const account = await userNamed(identifier)
        const password = await readNewPassword(cli)
        await demandGoodPassword({ env, logger, judge }, password, personOf(account))
        const ended = await replacePassword({ env, store, mailer, audit }, account, await hasher.hash(password), () =>
          audit.record('authn_password_change', byOperator(account.id)),
        )
        print(cli, `set the password of ${labelOf(account)}; sessions ended: ${ended}`)
      }),
    )
}
