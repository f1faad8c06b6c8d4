import type { Command } from 'commander'
import type { Client } from '../../models/client.ts'
import { cursorOf } from '../keyset.ts'
import { secretsOf } from '../provider/client-secrets.ts'
import { clientById, readClients } from '../provider/clients.ts'
import { LimitSchema, readBy } from './arguments.ts'
import { withAccounts } from './open.ts'
import type { Cli } from './settings.ts'
import { table } from './table.ts'
import { note, print } from './terminal.ts'

type Options = { limit: number; after?: string; json?: true }

export function readingCommands(client: Command, cli: Cli) {
  client
    .command('list')
    .description('show clients by name')
    .option('--limit <count>', 'how many to show, up to 1000', readBy(LimitSchema), 50)
    .option('--after <cursor>', 'continue after the previous page')
    .option('--json', 'as {"clients": [...], "next": cursor or null}')
    .action(({ limit, after, json }: Options) =>
      withAccounts(cli, async ({ sequelize }) => {
        const { items, end } = await readClients(sequelize, { limit, cursor: after })
        const next = end ? cursorOf(end) : null
        if (json) return printJson(cli, { clients: items.map(each => each.toPublic()), next })
        print(cli, tableOf(items))
        if (items.length === 0) note(cli, 'No clients.')
        if (next) note(cli, `There are more: --after ${next}`)
      }),
    )

  client
    .command('show')
    .description('show a client and its secrets as JSON; the secrets themselves are not stored')
    .argument('<id>')
    .action((id: string) =>
      withAccounts(cli, async () => {
        const found = await clientById(id)
        printJson(cli, { ...found.toPublic(), secrets: (await secretsOf(id)).map(each => each.toPublic()) })
      }),
    )
}

const printJson = (cli: Cli, value: object) => print(cli, JSON.stringify(value, undefined, 2))

function tableOf(clients: Client[]) {
  return table(
    ['ID', 'NAME', 'AUTHENTICATION', 'ROLES', 'STATE'],
    clients.map(({ id, name, authMethod, roles, disabledAt }) => [
      id,
      name,
      authMethod,
      roles?.join(',') ?? 'every user',
      disabledAt ? 'disabled' : 'enabled',
    ]),
  )
}
