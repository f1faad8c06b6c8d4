import type { Command } from 'commander'
import { resealEnds } from '../audit/reseal-ends.ts'
import { countByKey, reseal } from '../encryption/reseal.ts'
import { createSealer } from '../encryption/sealer.ts'
import { withAccounts } from './open.ts'
import type { Cli } from './settings.ts'
import { table } from './table.ts'
import { print } from './terminal.ts'

export const encryptionCommands = (program: Command, cli: Cli) => {
  const encryption = program.command('encryption').description('the keys of ENCRYPTION_KEYS, and what they seal')

  encryption
    .command('status')
    .description('show how much each key seals; one that seals nothing can go, but verifies older audit events')
    .action(() =>
      withAccounts(cli, async ({ env, database }) => {
        const { keyIds } = createSealer(env.ENCRYPTION_KEYS)
        const counts = await countByKey(database.sequelize)
        const missing = [...counts.keys()].filter(id => !keyIds.includes(id))
        const stateOf = (at: number) => (at === 0 ? 'seals' : 'opens')
        const rows = [
          ...keyIds.map((id, at) => [id, stateOf(at), String(counts.get(id) ?? 0)]),
          ...missing.map(id => [id, 'not in ENCRYPTION_KEYS', String(counts.get(id))]),
        ]
        print(cli, table(['KEY', 'STATE', 'SEALED'], rows))
      }),
    )

  encryption
    .command('reseal')
    .description('seal everything anew under the first key of ENCRYPTION_KEYS')
    .action(() =>
      withAccounts(cli, async ({ env, database }) => {
        const sealer = createSealer(env.ENCRYPTION_KEYS)
        const resealed = await reseal(database.sequelize, sealer)
        await resealEnds(database.sequelize, sealer)
        print(cli, `sealed anew: ${resealed}`)
      }),
    )
}
