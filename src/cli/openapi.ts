import type { Command } from 'commander'
import { endpointsOf } from '../app.ts'
import { openDeps } from '../open.ts'
import { type Cli, readSettings } from './settings.ts'
import { print } from './terminal.ts'

export const openApiCommand = (program: Command, cli: Cli) =>
  program
    .command('openapi')
    .description('print the OpenAPI document of this server, for generators of clients')
    .action(async () => {
      const deps = await openDeps((await readSettings(cli)).env)
      try {
        print(cli, JSON.stringify(endpointsOf(deps).document(), null, 2))
      } finally {
        await deps.close()
      }
    })
