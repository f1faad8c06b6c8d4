import type { Command } from 'commander'
import { Op } from 'sequelize'
import { z } from 'zod'
import { User } from '../../models/user.ts'
import { loadRoles } from '../identity/load-roles.ts'
import { readBy } from './arguments.ts'
import { withAccounts } from './open.ts'
import type { Cli } from './settings.ts'
import { moment, table } from './table.ts'
import { note, print } from './terminal.ts'

const LimitSchema = z.coerce.number('Write a number.').int('Write a whole number.').min(1).max(1000)

type Options = { limit: number; after: string; json?: true }
type Page = { users: ReturnType<User['toPublic']>[]; next: string | null }

export function listCommand(user: Command, cli: Cli) {
  return user
    .command('list')
    .description('show users by email address')
    .option('--limit <count>', 'how many to show, up to 1000', readBy(LimitSchema), 50)
    .option('--after <cursor>', 'continue after this email address', '')
    .option('--json', 'as {"users": [...], "next": cursor or null}')
    .action(({ limit, after, json }: Options) =>
      withAccounts(cli, async () => {
        const page = await readPage(limit, after)
        if (json) return print(cli, JSON.stringify(page, undefined, 2))
        print(cli, tableOf(page))
        if (page.next) note(cli, `There are more: --after ${page.next}`)
      }),
    )
}

/** The address is the cursor: unlike an offset it neither skips nor repeats users when accounts are created meanwhile. */
async function readPage(limit: number, after: string): Promise<Page> {
  const found = await User.findAll({
    where: { email: { [Op.gt]: after } },
    order: ['email'],
    limit: limit + 1,
  })
  const users = (await loadRoles(found.slice(0, limit))).map(each => each.toPublic())
  return { users, next: found.length > limit ? (users.at(-1)?.email ?? null) : null }
}

function tableOf({ users }: Page) {
  return table(
    ['E-MAIL', 'USER NAME', 'NAME', 'ROLES', 'STATE', 'CREATED'],
    users.map(({ email, username, name, roles, disabled, createdAt }) => [
      email,
      username ?? '-',
      name,
      roles.join(',') || '-',
      disabled ? 'disabled' : 'enabled',
      moment(new Date(createdAt)),
    ]),
  )
}
