import type { Command } from 'commander'
import { Session } from '../../models/session.ts'
import { secretId } from '../sessions/cookie.ts'
import {
  type KeyList,
  printNodes,
  type RetireOptions,
  ROTATE_OPTIONS,
  type RotateOptions,
  retire,
  rotate,
} from './key-list.ts'
import { type OpenAccounts, withAccounts } from './open.ts'
import type { Cli } from './settings.ts'
import { table } from './table.ts'
import { print } from './terminal.ts'

export function secretCommands(program: Command, cli: Cli) {
  const secrets = program.command('secrets').description('the keys that sign the session cookie (SESSION_SECRET)')
  for (const register of [statusCommand, rotateCommand, retireCommand]) register(secrets, cli)
}

function statusCommand(secrets: Command, cli: Cli) {
  return secrets
    .command('status')
    .description('show how many live sessions each secret signed and which nodes hold it; secrets are shown as hashes')
    .action(() =>
      withAccounts(cli, async opened => {
        const { env, store } = opened
        const counts = await store.countBySecret()
        const ids = env.SESSION_SECRET.map(secretId)
        const unknown = [...counts.keys()].filter(id => !ids.includes(id))
        const row = (use: string, id: string) => [id, use, String(counts.get(id) ?? 0)]
        const rows = ids.map((id, index) => row(index === 0 ? 'signs' : 'verifies', id))
        const lost = unknown.map(id => row('not in SESSION_SECRET', id))
        print(cli, table(['SECRET', 'USE', 'LIVE SESSIONS'], [...rows, ...lost]))
        await printNodes(cli, secretsOf(opened))
      }),
    )
}

function rotateCommand(secrets: Command, cli: Cli) {
  return secrets
    .command('rotate')
    .description('put a new random secret first; the others still verify')
    .option(...ROTATE_OPTIONS.stage)
    .option(...ROTATE_OPTIONS.promote)
    .action((options: RotateOptions) => withAccounts(cli, opened => rotate(cli, opened, secretsOf(opened), options)))
}

function retireCommand(secrets: Command, cli: Cli) {
  return secrets
    .command('retire')
    .description('remove the last secret; refused while live sessions or running nodes need it')
    .option('--all', 'remove all but the first')
    .option('--force', 'remove it even if users have to sign in again')
    .action((options: RetireOptions) => withAccounts(cli, opened => retire(cli, opened, secretsOf(opened), options)))
}

function secretsOf({ env, store }: OpenAccounts): KeyList {
  return {
    variable: 'SESSION_SECRET',
    group: 'secrets',
    entries: env.SESSION_SECRET,
    idOf: secretId,
    idsHeldBy: ({ sessionSecrets }) => sessionSecrets,
    // Ended sessions are kept for SESSION_TOMBSTONES.
    wasUsed: async id => (await Session.findOne({ attributes: ['sid'], where: { secretId: id } })) !== null,
    reasonToKeep: async ids => {
      const counts = await store.countBySecret()
      const lost = ids.reduce((sum, id) => sum + (counts.get(id) ?? 0), 0)
      return lost > 0
        ? `Sessions that would end: ${lost}. Each gets a new signature at its next request after a restart with the new secret. Wait, or add --force.`
        : undefined
    },
  }
}
