import type { Command } from 'commander'
import { ANOTHER_ADMINISTRATOR, hasAdministrator } from '../identity/administrators.ts'
import { EmailSchema } from '../identity/identifiers.ts'
import { createLink, issueLink } from '../links/links.ts'
import { findByIdentifier } from '../sign-in/password.ts'
import { readBy } from './arguments.ts'
import { withAccounts } from './open.ts'
import { byOperator } from './operator.ts'
import { Refusal } from './refusal.ts'
import type { Cli } from './settings.ts'
import { print } from './terminal.ts'

export function linkCommands(program: Command, cli: Cli) {
  program
    .command('setup-link')
    .description('print a one-time link (1 hour) to create the first administrator')
    .action(() =>
      withAccounts(cli, async ({ env }) => {
        if (await hasAdministrator())
          throw new Refusal(`There is an administrator. To add another, run: ${ANOTHER_ADMINISTRATOR}`)
        print(cli, await createLink(env.BASE_URL, 'setup'))
      }),
    )

  program
    .command('invite')
    .description('print a one-time link to register with (7 days); a newer one for the same address replaces it')
    .argument('[email]', 'the only address that can use it', readBy(EmailSchema))
    .action((email?: string) =>
      withAccounts(cli, async ({ env, sequelize, audit }) => {
        if (env.REGISTRATION === 'closed')
          throw new Refusal('REGISTRATION is closed, so the link would open nothing. Set it to invite.')
        if (email && (await findByIdentifier(email))) throw new Refusal(`${email} has an account already.`)
        const { link } = await sequelize.transaction(async () => {
          const issued = await issueLink(env.BASE_URL, 'invitation', { email: email ?? null })
          await audit.record('user_invited', byOperator(null, { invitation: issued.row.id }))
          return issued
        })
        print(cli, link)
      }),
    )
}
