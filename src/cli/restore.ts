import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import { createPrimary } from '../../configs/database/primary.ts'
import { openDatabase } from '../../configs/database.ts'
import type { Env } from '../../configs/env.ts'
import { createMigrator } from '../../configs/migrations.ts'
import { createAudit } from '../audit/audit.ts'
import { BrokenChain } from '../audit/follow.ts'
import { verifyChain } from '../audit/verify.ts'
import { createSealer } from '../encryption/sealer.ts'
import { codeOf } from '../error-code.ts'
import { endRevivedAccess } from '../maintenance/end-revived-access.ts'
import { type Contents, examineBackup, KeysMissing, NewerBackup } from '../maintenance/examine-backup.ts'
import { NotAllowed, postgresPlace } from '../maintenance/postgres-place.ts'
import { ProgramFailed } from '../maintenance/postgres-programs.ts'
import { DatabaseInUse, type Place, type Scratch } from '../maintenance/scratch.ts'
import { DamagedFile } from '../maintenance/sqlite-file.ts'
import { sqlitePlace } from '../maintenance/sqlite-place.ts'
import { confirm, demandTerminal } from './ask.ts'
import { createCliLogger } from './logger.ts'
import { byOperator } from './operator.ts'
import { Refusal } from './refusal.ts'
import { type Cli, readSettings, type Settings, sqliteFileOf } from './settings.ts'
import { moment } from './table.ts'
import { note, print } from './terminal.ts'

type Options = { verify?: true; keepSessions?: true; force?: true; yes?: true }

export function restoreCommand(program: Command, cli: Cli) {
  program
    .command('restore')
    .description('check a backup, then replace the database with it; stop every server first')
    .argument('<file>')
    .option('--verify', 'only check the backup; the server may run')
    .option('--keep-sessions', 'keep sessions, tokens and links; only if no server ran after the backup was made')
    .option('--force', 'restore although the audit log of the backup is broken')
    .option('--yes', 'do not ask for confirmation; required without a terminal')
    .action(async (file: string, options: Options) => {
      const settings = await readSettings(cli)
      const backup = path.resolve(cli.directory, file)
      if (!existsSync(backup)) throw new Refusal(`There is no file ${backup}.`)
      const place = await placeOf(settings.env)
      await restore(cli, settings, place, backup, options).catch(explain(place))
    })
}

async function placeOf(env: Env): Promise<Place> {
  const file = sqliteFileOf(env)
  return file === undefined ? postgresPlace(await createPrimary(env.DATABASE_URL).url()) : sqlitePlace(file)
}

async function restore(cli: Cli, settings: Settings, place: Place, backup: string, options: Options) {
  const { verify, yes, keepSessions } = options
  const effect = `This replaces ${place.name}${keepSessions ? '' : ' and ends all sessions, tokens and links'}.`
  if (!verify && !yes) demandTerminal(cli, effect)
  if (!verify) await place.demandUnused()
  note(cli, `Loading ${backup} beside ${place.name}`)
  const scratch = await place.load(backup)
  try {
    await check(cli, settings, scratch, options)
    if (verify) return
    if (!yes) await confirm(cli, effect)
    const summary = await prepare(cli, settings, scratch, options)
    note(cli, `Replacing ${place.name}`)
    const { kept, notCopied } = await scratch.putInPlace()
    print(cli, `${place.name}: restored from ${backup}; ${summary}`)
    if (kept) print(cli, `before: ${kept}`)
    for (const setting of notCopied) note(cli, `Not copied from the database before: ${setting}`)
  } finally {
    await scratch.discard().catch((error: Error) => note(cli, `The loaded copy was not removed: ${error.message}`))
  }
}

/** Prints what is in the backup. @throws Refusal if its audit log is broken, unless forced */
function check(cli: Cli, settings: Settings, scratch: Scratch, { force }: Options) {
  return withScratch(cli, settings, scratch, async ({ database, migrator, sealer }) => {
    note(cli, 'Applying migrations and reading what is in it')
    for (const line of linesOf(await examineBackup(database, migrator, sealer))) print(cli, line)
    note(cli, 'Verifying the audit log')
    try {
      const { count, head } = await verifyChain(sealer)
      print(cli, `security events: ${count}`)
      print(cli, `head: ${head.seq}:${head.hash}`)
    } catch (error) {
      if (!(error instanceof BrokenChain)) throw error
      if (!force) throw new Refusal(`${error.message} To restore the backup all the same, add --force.`)
      note(cli, error.message)
    }
  })
}

function linesOf({ users, liveSessions, personalTokens, newestEvent, migrations }: Contents) {
  return [
    `newest event: ${newestEvent ? `${moment(newestEvent)}, ${ageOf(newestEvent)} ago` : 'none'}`,
    `users: ${users}`,
    `live sessions: ${liveSessions}`,
    `personal access tokens: ${personalTokens}`,
    `pending migrations: ${migrations.length}`,
  ]
}

/** @returns what the result line says */
function prepare(cli: Cli, settings: Settings, scratch: Scratch, { keepSessions }: Options) {
  return withScratch(cli, settings, scratch, async ({ database, audit }) => {
    if (!keepSessions) note(cli, 'Ending sessions, tokens and links')
    return await database.sequelize.transaction(async () => {
      const ended = keepSessions ? undefined : await endRevivedAccess(database.sequelize)
      await audit.record('sys_database_restored', byOperator(null, { ...ended, kept: keepSessions ?? false }))
      if (!ended) return 'sessions, tokens and links kept'
      return `sessions ended: ${ended.sessions}, tokens revoked: ${ended.tokens}, links voided: ${ended.links}`
    })
  })
}

type Opened = {
  database: Awaited<ReturnType<typeof openDatabase>>
  migrator: ReturnType<typeof createMigrator>
  sealer: ReturnType<typeof createSealer>
  audit: ReturnType<typeof createAudit>
}

async function withScratch<Result>(
  cli: Cli,
  { env }: Settings,
  { url }: Scratch,
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  const logger = createCliLogger(env, cli)
  const database = await openDatabase({ ...env, DATABASE_URL: url }, logger)
  const sealer = createSealer(env.ENCRYPTION_KEYS)
  const audit = createAudit(database.sequelize, sealer, logger, () => ({}))
  try {
    return await database.patiently(() => work({ database, migrator: createMigrator(database, logger), sealer, audit }))
  } finally {
    await database.close()
  }
}

/** The largest unit that fits: `3 hours`. */
function ageOf(date: Date) {
  const minutes = Math.max(0, Math.round((Date.now() - date.getTime()) / 60_000))
  if (minutes < 120) return `${minutes} minutes`
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / (24 * 60))} days`
}

function explain(place: Place) {
  return (error: unknown) => {
    if (error instanceof DatabaseInUse) throw new Refusal(`${error.message} Stop every server first.`)
    if (error instanceof DamagedFile) throw nothingChanged(withHint(error, place))
    if (error instanceof ProgramFailed || error instanceof KeysMissing || error instanceof NewerBackup)
      throw nothingChanged(error.message)
    if (error instanceof NotAllowed)
      throw new Refusal(`${error.message} As a superuser, run: ${error.statements.join('; ')}`)
    if (codeOf(error) === 'ENOSPC') throw nothingChanged('there is no space for a copy beside the database.')
    throw error
  }
}

function withHint({ file, message }: DamagedFile, place: Place) {
  return file === place.name ? `${message}. Stop the server, move that file away, and try again.` : `${message}.`
}

const nothingChanged = (reason: string) => new Refusal(`Nothing was changed: ${reason}`)
