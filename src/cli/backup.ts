import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import { openDatabase } from '../../configs/database.ts'
import { createMigrator } from '../../configs/migrations.ts'
import { endSessions } from '../../models/session.ts'
import { createAudit } from '../audit/audit.ts'
import { createSealer, UnknownKey } from '../encryption/sealer.ts'
import { copyDatabase } from '../maintenance/copy-database.ts'
import { putInPlace } from '../maintenance/put-in-place.ts'
import { DamagedFile, FileInUse } from '../maintenance/sqlite-file.ts'
import { createCliLogger } from './logger.ts'
import { byOperator } from './operator.ts'
import { Refusal } from './refusal.ts'
import { type Cli, readSettings, type Settings } from './settings.ts'
import { print } from './terminal.ts'

const SQLITE = 'sqlite:'
const FOR_POSTGRES = 'DATABASE_URL is PostgreSQL: docs/backup.md has the commands of pg_dump and pg_restore.'

export function backupCommands(program: Command, cli: Cli) {
  program
    .command('backup')
    .description('copy the SQLite database to a new file; works while the server runs')
    .argument('<file>')
    .action(async (file: string) => {
      const settings = await readSettings(cli)
      const source = databaseFile(settings)
      if (!existsSync(source)) throw new Refusal(`There is no database ${source}.`)
      const size = await copyDatabase(source, path.resolve(cli.directory, file)).catch(explainCopy(file))
      print(cli, `${file}: ${(size / 1024 ** 2).toFixed(1)} MB`)
    })

  program
    .command('restore')
    .description('replace the SQLite database with a backup and end all its sessions; stop the server first')
    .argument('<file>')
    .action(async (file: string) => {
      const settings = await readSettings(cli)
      const target = databaseFile(settings)
      const backup = path.resolve(cli.directory, file)
      if (!existsSync(backup)) throw new Refusal(`There is no file ${backup}.`)
      let ended = 0
      await putInPlace(backup, target, async copy => {
        ended = await endAllSessions(cli, settings, copy)
      }).catch(explainRestore(file, target))
      print(cli, `${target}: restored from ${file}; sessions ended: ${ended}`)
    })
}

function databaseFile({ env }: Settings) {
  if (!env.DATABASE_URL.startsWith(SQLITE)) throw new Refusal(FOR_POSTGRES)
  return path.resolve(env.DATABASE_URL.slice(SQLITE.length))
}

/** A backup has sessions that were ended since: all of them end, in the copy, before a server can open it. */
async function endAllSessions(cli: Cli, { env }: Settings, copy: string): Promise<number> {
  const logger = createCliLogger(env, cli)
  const database = await openDatabase({ ...env, DATABASE_URL: `${SQLITE}${copy}` }, logger)
  try {
    await createMigrator(database, logger).up()
    const ended = await endSessions({}, 'restored')
    const audit = createAudit(database.sequelize, createSealer(env.ENCRYPTION_KEYS), logger, () => ({}))
    await audit.record('session_ended', byOperator(null, { reason: 'restored', ended }))
    return ended
  } finally {
    await database.close()
  }
}

function explainCopy(file: string) {
  return (error: unknown) => {
    if (error instanceof DamagedFile) throw new Refusal(`${file} was not written: ${error.message}`)
    if (codeOf(error) === 'EEXIST') throw new Refusal(`${file} exists. Name a new file.`)
    if (codeOf(error)) throw new Refusal(`${file} cannot be written (${codeOf(error)}).`)
    throw error
  }
}

function explainRestore(file: string, target: string) {
  return (error: unknown) => {
    if (error instanceof FileInUse) throw new Refusal(`Another process has ${target} open. Stop the server first.`)
    if (error instanceof UnknownKey)
      throw new Refusal(`${file} was not restored: ${error.message.replace(' and restart', '')}.`)
    if (error instanceof DamagedFile) {
      const hint = error.file === target ? '. Stop the server, move that file away, and try again' : ''
      throw new Refusal(`Nothing was changed: ${error.message}${hint}.`)
    }
    throw error
  }
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : undefined)
