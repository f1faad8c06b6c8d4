import type { Command } from 'commander'
import { confirm } from './ask.ts'
import { type OpenDatabase, withDatabase } from './open.ts'
import { Refusal } from './refusal.ts'
import type { Cli } from './settings.ts'
import { table } from './table.ts'
import { note, print } from './terminal.ts'

type DownOptions = { to?: string; yes?: true }

export function migrateCommands(program: Command, cli: Cli) {
  const migrate = program.command('migrate').description('manage the database schema')
  for (const register of [upCommand, downCommand, statusCommand]) register(migrate, cli)
}

function upCommand(migrate: Command, cli: Cli) {
  return migrate
    .command('up')
    .description('apply pending migrations, as every server start does')
    .action(() =>
      withDatabase(cli, async ({ migrator }) => {
        const applied = await migrator.up()
        for (const name of applied) print(cli, `applied ${name}`)
        if (applied.length === 0) note(cli, 'Nothing is pending.')
      }),
    )
}

function downCommand(migrate: Command, cli: Cli) {
  return migrate
    .command('down')
    .description('revert the newest migration and delete the data in its tables; stop the server first')
    .option('--to <name>', 'revert all migrations down to and including this one')
    .option('--yes', 'do not ask for confirmation; required without a terminal')
    .action(({ to, yes }: DownOptions) =>
      withDatabase(cli, async opened => {
        const names = namesToRevert(await ledgerOf(opened), to)
        if (!yes) await confirm(cli, `This reverts ${names.join(', ')} and deletes the data in their tables.`)
        const reverted = await opened.migrator.down({ migrations: names })
        for (const name of reverted) print(cli, `reverted ${name}`)
      }),
    )
}

function statusCommand(migrate: Command, cli: Cli) {
  return migrate
    .command('status')
    .description('show which migrations are applied')
    .action(() =>
      withDatabase(cli, async opened => {
        const { executed, pending, unknown } = await ledgerOf(opened)
        const rows = (names: string[], state: string) => names.map(name => [name, state])
        const states = [
          ...rows(executed, 'applied'),
          ...rows(unknown, 'applied, of another version'),
          ...rows(pending, 'pending'),
        ]
        print(cli, table(['MIGRATION', 'STATE'], states))
      }),
    )
}

/** Names in their order; `unknown` are applied and not among ours, as after going back to an older release. */
type Ledger = Record<'executed' | 'pending' | 'unknown', string[]>

async function ledgerOf({ migrator }: OpenDatabase): Promise<Ledger> {
  const executed = await migrator.executed()
  const applied = await migrator.applied()
  return {
    executed,
    pending: await migrator.pending(),
    unknown: applied.filter(name => !executed.includes(name)),
  }
}

function namesToRevert({ executed, unknown }: Ledger, to = executed.at(-1)): string[] {
  if (unknown.length > 0)
    throw new Refusal(`Another version applied ${unknown.join(', ')}. Revert with that version first.`)
  if (to === undefined) throw new Refusal('No migration is applied, so there is nothing to revert.')
  const from = executed.indexOf(to)
  if (from === -1) throw new Refusal(`${to} is not applied. \`migrate status\` shows what is.`)
  return executed.slice(from).reverse()
}
