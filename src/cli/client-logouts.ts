import type { Command } from 'commander'
import { countLogouts, retryLogouts } from '../provider/logouts.ts'
import { withAccounts } from './open.ts'
import type { Cli } from './settings.ts'
import { moment } from './table.ts'
import { print } from './terminal.ts'

export function logoutCommands(client: Command, cli: Cli) {
  client
    .command('logouts')
    .description('show how many sign-outs applications were not told of yet, the age of the oldest, and why')
    .action(() =>
      withAccounts(cli, async () => {
        const { waiting, failed, oldest, reasons } = await countLogouts()
        print(cli, `waiting: ${waiting}`)
        print(cli, `failed: ${failed}`)
        print(cli, `oldest: ${oldest ? moment(oldest) : '-'}`)
        for (const { clientId, reason, count } of reasons) print(cli, `${clientId}, ${reason}: ${count}`)
      }),
    )

  client
    .command('retry-logouts')
    .description('have the running server tell applications of waiting and failed sign-outs again')
    .action(() => withAccounts(cli, async () => print(cli, `sign-outs to retry: ${await retryLogouts()}`)))
}
