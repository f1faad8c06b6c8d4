import type { Command } from 'commander'
import { z } from 'zod'
import { addSecret, newSecret, removeSecret } from '../provider/client-secrets.ts'
import { readBy } from './arguments.ts'
import { withAccounts } from './open.ts'
import { byOperator } from './operator.ts'
import type { Cli } from './settings.ts'
import { moment } from './table.ts'
import { note, print } from './terminal.ts'

const DaysSchema = z.coerce.number('Write a number.').int('Write a whole number.').min(1).max(3650)

export function secretCommands(client: Command, cli: Cli) {
  client
    .command('add-secret')
    .description('add a secret to a client and print it; it is never shown again')
    .argument('<id>')
    .option('--expires-in-days <days>', 'up to 3650', readBy(DaysSchema), 365)
    .action((id: string, { expiresInDays }: { expiresInDays: number }) =>
      withAccounts(cli, async deps => {
        const { row, secret } = await addSecret(deps, byOperator(null), id, { expiresInDays })
        print(cli, secret)
        if (row.expires) note(cli, `Its ID is ${row.id}; it expires at ${moment(row.expires)}.`)
      }),
    )

  client
    .command('remove-secret')
    .description('remove a secret of a client; it is refused at once')
    .argument('<id>')
    .argument('<secret-id>', 'as `client show` prints it', readBy(z.uuid('Write the ID that `client show` prints.')))
    .action((id: string, secretId: string) =>
      withAccounts(cli, async deps => {
        await removeSecret(deps, byOperator(null), id, secretId)
        print(cli, `removed ${secretId}`)
      }),
    )

  client
    .command('hash-secret')
    .description('print a new secret for the application, and its hash for clients.yaml; stores nothing')
    .action(() => {
      const { secret, secretHash } = newSecret()
      print(cli, `secret: ${secret}\nsecretHash: ${secretHash}`)
    })
}
