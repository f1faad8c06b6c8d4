import type { Command } from 'commander'
import { ClientChangeSchema, NewClientSchema } from '../provider/client-schema.ts'
import { clientById, createClient, deleteClient, hasSecrets, updateClient } from '../provider/clients.ts'
import { confirm } from './ask.ts'
import { addFieldOptions, fieldsOf, parsedFields } from './client-options.ts'
import { withAccounts } from './open.ts'
import { byOperator } from './operator.ts'
import { Refusal } from './refusal.ts'
import type { Cli } from './settings.ts'
import { note, print } from './terminal.ts'

export function writingCommands(client: Command, cli: Cli) {
  for (const register of [createCommand, updateCommand, deleteCommand]) register(client, cli)
}

function createCommand(client: Command, cli: Cli) {
  const command = client
    .command('create')
    .description('create a client, such as --name Wiki --redirect-uri https://wiki.example.org/callback')
    .option('--id <id>', 'its client_id (default: a random one)')
  return addFieldOptions(command).action((options: Record<string, unknown>) =>
    withAccounts(cli, async deps => {
      const { id } = options
      const fields = { ...(id !== undefined && { id }), ...(await fieldsOf(cli, options)) }
      const made = await createClient(deps, byOperator(null), parsedFields(NewClientSchema, fields))
      print(cli, `created ${made.id}`)
      if (hasSecrets(made)) note(cli, `Now add a secret: npm run latchkey -- client add-secret ${made.id}`)
    }),
  )
}

function updateCommand(client: Command, cli: Cli) {
  const command = client
    .command('update')
    .description('change a client; lists replace the previous values')
    .argument('<id>')
  return addFieldOptions(command).action((id: string, options: Record<string, unknown>) =>
    withAccounts(cli, async deps => {
      const fields = await fieldsOf(cli, options)
      if (Object.keys(fields).length === 0) throw new Refusal('Nothing to change. --help lists the options.')
      await clientById(id)
      await updateClient(deps, byOperator(null), id, parsedFields(ClientChangeSchema, fields))
      print(cli, `updated ${id}`)
    }),
  )
}

function deleteCommand(client: Command, cli: Cli) {
  return client
    .command('delete')
    .description('delete a client and its secrets; if clients.yaml lists it, the next start creates it again')
    .argument('<id>')
    .option('--yes', 'do not ask')
    .action((id: string, { yes }: { yes?: true }) =>
      withAccounts(cli, async deps => {
        const { name } = await clientById(id)
        if (!yes) await confirm(cli, `This deletes the client ${name} (${id}); nobody can sign in to it any more.`)
        await deleteClient(deps, byOperator(null), id)
        print(cli, `deleted ${id}`)
      }),
    )
}
