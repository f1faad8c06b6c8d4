import type { Command } from 'commander'
import { identitiesOf, unlinkIdentityOf } from '../federation/identities.ts'
import { labelOf } from '../identity/identifiers.ts'
import { isProblem } from '../problems.ts'
import { userNamed } from './find-user.ts'
import { withAccounts } from './open.ts'
import { byOperator } from './operator.ts'
import { Refusal } from './refusal.ts'
import type { Cli } from './settings.ts'
import { moment, table } from './table.ts'
import { note, print } from './terminal.ts'

export function identitiesCommands(user: Command, cli: Cli) {
  for (const register of [listCommand, unlinkCommand]) register(user, cli)
}

function listCommand(user: Command, cli: Cli) {
  return user
    .command('identities')
    .description('show the accounts at other login servers that a user can sign in with')
    .argument('<user>')
    .action((identifier: string) =>
      withAccounts(cli, async () => {
        const identities = await identitiesOf((await userNamed(identifier)).id)
        const rows = identities.map(({ id, provider, name, issuer, subject, createdAt, lastUsedAt }) => [
          id,
          provider,
          name,
          issuer,
          subject,
          moment(createdAt),
          lastUsedAt ? moment(lastUsedAt) : '-',
        ])
        print(cli, table(['ID', 'PROVIDER', 'ACCOUNT', 'ISSUER', 'SUBJECT', 'LINKED', 'LAST USED'], rows))
        if (rows.length === 0) note(cli, 'No linked accounts.')
      }),
    )
}

function unlinkCommand(user: Command, cli: Cli) {
  return user
    .command('unlink')
    .description('unlink an account at another login server, and end the sessions and tokens of the user')
    .argument('<user>')
    .argument('<id>', 'as `user identities` shows it')
    .action((identifier: string, id: string) =>
      withAccounts(cli, async deps => {
        const account = await userNamed(identifier)
        try {
          await unlinkIdentityOf(deps, account, id, byOperator(account.id))
        } catch (error) {
          if (!isProblem(error)) throw error
          throw new Refusal(`There is no identity ${id}. \`user identities\` shows those of a user.`)
        }
        print(cli, `unlinked ${id} of ${labelOf(account)}`)
      }),
    )
}
