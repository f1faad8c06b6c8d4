import type { Command } from 'commander'
import { User } from '../../models/user.ts'
import { findByIdentifier } from '../accounts/authenticate.ts'
import { EmailSchema } from '../accounts/identifiers.ts'
import { createLink } from '../accounts/links.ts'
import { readBy } from './arguments.ts'
import { withAccounts } from './open.ts'
import { Refusal } from './refusal.ts'
import type { Cli } from './settings.ts'
import { print } from './terminal.ts'

export const linkCommands = (program: Command, cli: Cli) => {
  program
    .command('setup-link')
    .description('print a link that makes the first administrator: for an hour, once, while there is no user')
    .action(() =>
      withAccounts(cli, async ({ env }) => {
        if ((await User.count()) > 0)
          throw new Refusal('There is a user already. `user create --role admin` makes another administrator.')
        print(cli, await createLink(env.BASE_URL, 'setup'))
      }),
    )

  program
    .command('invite')
    .description('print a link to register with: for seven days, once; a newer one for the same address voids it')
    .argument('[email]', 'the only address that it is good for', readBy(EmailSchema))
    .action((email?: string) =>
      withAccounts(cli, async ({ env }) => {
        if (env.REGISTRATION === 'closed')
          throw new Refusal('REGISTRATION is closed, so the link would open nothing. Set it to invite.')
        if (email && (await findByIdentifier(email))) throw new Refusal(`${email} has an account already.`)
        print(cli, await createLink(env.BASE_URL, 'invitation', { email: email ?? null }))
      }),
    )
}
