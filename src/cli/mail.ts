import type { Command } from 'commander'
import { countMails, retryFailed } from '../mail/administer.ts'
import { withAccounts } from './open.ts'
import type { Cli } from './settings.ts'
import { moment } from './table.ts'
import { print } from './terminal.ts'

export function mailCommands(program: Command, cli: Cli) {
  const mail = program.command('mail').description('show and retry the emails that this server sends')
  for (const register of [statusCommand, retryCommand]) register(mail, cli)
}

function statusCommand(mail: Command, cli: Cli) {
  return mail
    .command('status')
    .description('show how many emails are waiting or failed, the age of the oldest, and why they failed')
    .action(() =>
      withAccounts(cli, async () => {
        const { waiting, failed, oldest, reasons } = await countMails()
        print(cli, `waiting: ${waiting}`)
        print(cli, `failed: ${failed}`)
        print(cli, `oldest: ${oldest ? moment(oldest) : '-'}`)
        for (const { reason, count } of reasons) print(cli, `failed with ${reason}: ${count}`)
      }),
    )
}

function retryCommand(mail: Command, cli: Cli) {
  return mail
    .command('retry')
    .description('have the running server try failed emails again')
    .action(() => withAccounts(cli, async () => print(cli, `emails to retry: ${await retryFailed()}`)))
}
