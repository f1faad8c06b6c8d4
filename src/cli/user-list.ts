import type { Command } from 'commander'
import type { User } from '../../models/user.ts'
import { listUsers } from '../administration/user-list.ts'
import { cursorOf } from '../keyset.ts'
import { LimitSchema, readBy } from './arguments.ts'
import { withAccounts } from './open.ts'
import type { Cli } from './settings.ts'
import { moment, table } from './table.ts'
import { note, print } from './terminal.ts'

type Options = { limit: number; after?: string; json?: true }
type Page = { users: ReturnType<User['toPublic']>[]; next: string | null }

export function listCommand(user: Command, cli: Cli) {
  return user
    .command('list')
    .description('show users by email address; those without one come last')
    .option('--limit <count>', 'how many to show, up to 1000', readBy(LimitSchema), 50)
    .option('--after <cursor>', 'continue after the previous page')
    .option('--json', 'as {"users": [...], "next": cursor or null}')
    .action(({ limit, after, json }: Options) =>
      withAccounts(cli, async ({ sequelize }) => {
        const sorting = { field: 'email', direction: 'ASC' as const }
        const { items, end } = await listUsers(sequelize, { sorting, limit, cursor: after })
        const page = { users: items.map(each => each.toPublic()), next: end ? cursorOf(end) : null }
        if (json) return print(cli, JSON.stringify(page, undefined, 2))
        print(cli, tableOf(page))
        if (page.users.length === 0) note(cli, 'No users.')
        if (page.next) note(cli, `There are more: --after ${page.next}`)
      }),
    )
}

function tableOf({ users }: Page) {
  return table(
    ['EMAIL', 'USERNAME', 'NAME', 'ROLES', 'STATE', 'CREATED'],
    users.map(({ email, username, name, roles, disabled, createdAt }) => [
      email ?? '-',
      username ?? '-',
      name,
      roles.join(',') || '-',
      disabled ? 'disabled' : 'enabled',
      moment(new Date(createdAt)),
    ]),
  )
}
