import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import { createPrimary } from '../../configs/database/primary.ts'
import { codeOf } from '../error-code.ts'
import { backUpPostgres } from '../maintenance/postgres-backup.ts'
import { ProgramFailed } from '../maintenance/postgres-programs.ts'
import { backUpSqlite } from '../maintenance/sqlite-backup.ts'
import { DamagedFile } from '../maintenance/sqlite-file.ts'
import { Refusal } from './refusal.ts'
import { type Cli, readSettings, type Settings, sqliteFileOf } from './settings.ts'
import { note, print } from './terminal.ts'

type Options = { force?: true }

export function backupCommand(program: Command, cli: Cli) {
  program
    .command('backup')
    .description('copy the database to a new file; works while the server runs. PostgreSQL needs pg_dump')
    .argument('<file>')
    .option('--force', 'replace the file if it exists')
    .action(async (file: string, { force }: Options) => {
      const settings = await readSettings(cli)
      const target = path.resolve(cli.directory, file)
      if (existsSync(target) && !force) throw exists(file)
      const replace = force ?? false
      const size = await backUp(settings, target, { replace }).catch(explainTo(file))
      print(cli, `${file}: ${(size / 1024 ** 2).toFixed(1)} MB`)
      for (const line of notInIt(settings)) note(cli, line)
    })
}

async function backUp({ env }: Settings, target: string, options: { replace: boolean }): Promise<number> {
  const source = sqliteFileOf(env)
  if (source === undefined) return backUpPostgres(await createPrimary(env.DATABASE_URL).url(), target, options)
  if (!existsSync(source)) throw new Refusal(`There is no database ${source}.`)
  return backUpSqlite(source, target, options)
}

function notInIt({ env, envFile }: Settings) {
  const clients = path.resolve(env.CLIENTS_FILE)
  return [
    `Not in it: SESSION_SECRET, ENCRYPTION_KEYS and your other settings${existsSync(envFile) ? ` (${envFile})` : ''}. Keep them elsewhere; without ENCRYPTION_KEYS the backup cannot be restored.`,
    ...(existsSync(clients) ? [`Not in it: ${clients}.`] : []),
  ]
}

function explainTo(file: string) {
  return (error: unknown) => {
    if (error instanceof DamagedFile || error instanceof ProgramFailed)
      throw new Refusal(`${file} was not written: ${error.message}`)
    if (codeOf(error) === 'EEXIST') throw exists(file)
    if (codeOf(error)) throw new Refusal(`${file} cannot be written (${codeOf(error)}).`)
    throw error
  }
}

const exists = (file: string) => new Refusal(`${file} exists. Name a new file, or replace it with --force.`)
