import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { extensions } from '../../extensions.ts'
import { endpointsOf } from '../app.ts'
import { openDeps } from '../open-services.ts'
import { type Cli, readSettings } from './settings.ts'
import { print } from './terminal.ts'

export function openApiCommand(program: Command, cli: Cli) {
  return program
    .command('openapi')
    .description('print the OpenAPI document of this server, for client generators')
    .argument('[file]', 'where to write it, instead of standard output')
    .action(async (file: string | undefined) => {
      const deps = await openDeps((await readSettings(cli)).env, extensions)
      try {
        const document = JSON.stringify(endpointsOf(deps).document(), null, 2)
        if (file) await writeInto(path.resolve(cli.directory, file), document)
        else print(cli, document)
      } finally {
        await deps.close()
      }
    })
}

async function writeInto(file: string, document: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, document)
}
