import type { Command } from 'commander'
import { z } from 'zod'
import { formatDuration } from '../durations.ts'
import { labelOf } from '../identity/identifiers.ts'
import { cursorOf } from '../keyset.ts'
import { listSessions } from '../sessions/list.ts'
import { startSweep } from '../sessions/sweep.ts'
import { readBy } from './arguments.ts'
import { confirm } from './ask.ts'
import { userNamed } from './find-user.ts'
import { withAccounts } from './open.ts'
import { byOperator } from './operator.ts'
import { Refusal } from './refusal.ts'
import type { Cli } from './settings.ts'
import { moment, table } from './table.ts'
import { note, print } from './terminal.ts'

const LimitSchema = z.coerce.number('Write a number.').int('Write a whole number.').min(1).max(1000)
const PublicIdSchema = z.uuid('Write an id as `sessions list` shows it.')

export function sessionCommands(program: Command, cli: Cli) {
  const sessions = program.command('sessions').description('show and end sessions')
  for (const register of [listCommand, endCommand, endAllCommand, sweepCommand]) register(sessions, cli)
}

function listCommand(sessions: Command, cli: Cli) {
  return sessions
    .command('list')
    .description('show the live sessions of a user, latest expiry first')
    .argument('<user>')
    .option('--limit <count>', 'how many to show, up to 1000', readBy(LimitSchema), 50)
    .option('--after <cursor>', 'continue after the previous page')
    .action((identifier: string, { limit, after }: { limit: number; after?: string }) =>
      withAccounts(cli, async ({ store }) => {
        const { items, end } = await listSessions(store, (await userNamed(identifier)).id, { limit, cursor: after })
        const rows = items.map(({ publicId, createdAt, lastSeenAt, expires, ip, userAgent }) => [
          publicId,
          ...[createdAt, lastSeenAt, expires].map(moment),
          ip ?? '-',
          userAgent ?? '-',
        ])
        print(cli, table(['ID', 'CREATED', 'LAST SEEN', 'EXPIRES', 'ADDRESS', 'DEVICE'], rows))
        if (rows.length === 0) note(cli, 'No live sessions.')
        if (end) note(cli, `There are more: --after ${cursorOf(end)}`)
      }),
    )
}

function endCommand(sessions: Command, cli: Cli) {
  return sessions
    .command('end')
    .description('end all sessions of a user, or one')
    .argument('<user>')
    .option('--id <id>', 'end only the session with this ID', readBy(PublicIdSchema))
    .action((identifier: string, { id }: { id?: string }) =>
      withAccounts(cli, async ({ store, audit }) => {
        const user = await userNamed(identifier)
        const ended = id ? Number(await store.endOwn(user.id, id, 'admin')) : await store.endByUser(user.id, 'admin')
        if (id && ended === 0) throw new Refusal(`${labelOf(user)} has no live session ${id}.`)
        const entry = byOperator(user.id, { reason: 'admin', ended })
        await audit.record('session_ended', { ...entry, sessionId: id ?? null })
        print(cli, `sessions ended: ${ended}`)
      }),
    )
}

function endAllCommand(sessions: Command, cli: Cli) {
  return sessions
    .command('end-all')
    .description('end all sessions of all users, with their access tokens; personal tokens stay')
    .option('--yes', 'do not ask for confirmation; required without a terminal')
    .action(({ yes }: { yes?: true }) =>
      withAccounts(cli, async ({ store, audit }) => {
        if (!yes) await confirm(cli, 'This signs everyone out.')
        const ended = await store.endAll('admin')
        await audit.record('session_ended', byOperator(null, { everyone: true, reason: 'admin', ended }))
        print(cli, `sessions ended: ${ended}`)
      }),
    )
}

function sweepCommand(sessions: Command, cli: Cli) {
  return sessions
    .command('sweep')
    .description('remove sessions that ended more than SESSION_TOMBSTONES ago, as the server does periodically')
    .action(() =>
      withAccounts(cli, async opened => {
        const sweep = startSweep(opened)
        const removed = await sweep.runOnce()
        await sweep.stop()
        print(cli, `sessions removed that ended over ${formatDuration(opened.env.SESSION_TOMBSTONES)} ago: ${removed}`)
      }),
    )
}
