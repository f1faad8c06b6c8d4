import path from 'node:path'
import type { Command } from 'commander'
import {
  applyFileClient,
  type Comparison,
  compareClient,
  type FileClient,
  readFileClients,
} from '../provider/client-file.ts'
import { contentOf } from '../provider/clients.ts'
import { confirm } from './ask.ts'
import { type OpenAccounts, withAccounts } from './open.ts'
import { byOperator } from './operator.ts'
import { Refusal } from './refusal.ts'
import type { Cli } from './settings.ts'
import { table } from './table.ts'
import { print } from './terminal.ts'

export function fileCommands(client: Command, cli: Cli) {
  client
    .command('check-file')
    .description('show where the database differs from the clients of CLIENTS_FILE; exit code 1 if it does')
    .action(() =>
      withAccounts(cli, async ({ env }) => {
        const clients = readFile(cli, env)
        const different = await differencesOf(clients)
        if (different.length === 0) return print(cli, `no differences; clients in the file: ${clients.length}`)
        print(cli, tableOf(different))
        throw new Refusal(
          `Clients that differ: ${different.length}. To write the file's values: npm run latchkey -- client apply-file --all`,
        )
      }),
    )

  client
    .command('apply-file')
    .description('write clients of CLIENTS_FILE into the database, after showing what changes')
    .argument('[ids...]')
    .option('--all', 'every client of the file')
    .option('--yes', 'do not ask')
    .action((ids: string[], { all, yes }: { all?: true; yes?: true }) =>
      withAccounts(cli, async deps => {
        const different = await differencesOf(chosen(readFile(cli, deps.env), ids, all ?? false))
        if (different.length === 0) return print(cli, 'nothing to change')
        print(cli, tableOf(different))
        if (!yes) await confirm(cli, `This changes clients: ${different.length}.`)
        for (const { wanted } of different) {
          await applyFileClient(deps, byOperator(null), wanted)
          print(cli, `applied ${wanted.id}`)
        }
      }),
    )
}

const readFile = (cli: Cli, env: OpenAccounts['env']) =>
  readFileClients(env, path.resolve(cli.directory, env.CLIENTS_FILE))

function chosen(clients: FileClient[], ids: string[], all: boolean): FileClient[] {
  if (all === ids.length > 0) throw new Refusal('Name clients of the file, or write --all.')
  const unknown = ids.filter(id => !clients.some(each => each.id === id))
  if (unknown.length > 0) throw new Refusal(`Not in the file: ${unknown.join(', ')}.`)
  return all ? clients : clients.filter(({ id }) => ids.includes(id))
}

async function differencesOf(clients: FileClient[]): Promise<Comparison[]> {
  const compared = await Promise.all(clients.map(compareClient))
  return compared.filter(({ client, fields }) => !client || fields.length > 0)
}

function tableOf(different: Comparison[]) {
  return table(
    ['CLIENT', 'FIELD', 'FILE', 'DATABASE'],
    different.flatMap(({ wanted, client, fields }) => {
      if (!client) return [[wanted.id, '-', 'present', 'absent']]
      const values: Record<string, unknown> = contentOf(client)
      const wantedValues: Record<string, unknown> = wanted
      return fields.map(field => [wanted.id, field, shown(wantedValues[field]), shown(values[field])])
    }),
  )
}

const shown = (value: unknown) => (value === undefined ? '-' : JSON.stringify(value))
