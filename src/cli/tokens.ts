import type { Command } from 'commander'
import { openInProcessChannel } from '../invalidation/channel.ts'
import { listTokens, revokeToken, TOKENS_AT_MOST } from '../tokens/manage-tokens.ts'
import { userNamed } from './find-user.ts'
import { withAccounts } from './open.ts'
import { byOperator } from './operator.ts'
import { Refusal } from './refusal.ts'
import type { Cli } from './settings.ts'
import { moment, table } from './table.ts'
import { note, print } from './terminal.ts'

export function tokenCommands(program: Command, cli: Cli) {
  const token = program.command('token').description('show and revoke personal access tokens')
  for (const register of [listCommand, revokeCommand]) register(token, cli)
}

function listCommand(token: Command, cli: Cli) {
  return token
    .command('list')
    .description('show the unexpired tokens of a user, newest first')
    .argument('<user>')
    .action((identifier: string) =>
      withAccounts(cli, async ({ sequelize }) => {
        const { id: userId } = await userNamed(identifier)
        const { items } = await listTokens(sequelize, userId, { limit: TOKENS_AT_MOST })
        const rows = items.map(({ id, name, scopes, createdAt, expires, lastUsedAt }) => [
          id,
          name,
          scopes.join(' ') || '-',
          ...[createdAt, expires].map(moment),
          lastUsedAt ? moment(lastUsedAt) : '-',
        ])
        print(cli, table(['ID', 'NAME', 'SCOPES', 'CREATED', 'EXPIRES', 'LAST USED'], rows))
        if (rows.length === 0) note(cli, 'No unexpired tokens.')
      }),
    )
}

function revokeCommand(token: Command, cli: Cli) {
  return token
    .command('revoke')
    .description('revoke a token')
    .argument('<id>', 'the part of the token after lk_pat_')
    .action((id: string) =>
      withAccounts(cli, async ({ env, sequelize, logger, audit }) => {
        const deps = { env, sequelize, audit, channel: openInProcessChannel(logger) }
        const owner = await revokeToken(deps, byOperator(null), id)
        if (!owner) throw new Refusal(`There is no token ${id}. \`token list\` shows those of a user.`)
        print(cli, `revoked ${id}`)
      }),
    )
}
