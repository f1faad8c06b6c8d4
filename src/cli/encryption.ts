import type { Command } from 'commander'
import { countEventsByKey } from '../audit/count-by-key.ts'
import { resealEnds } from '../audit/reseal-ends.ts'
import { countByKey, reseal } from '../encryption/reseal.ts'
import { createSealer, encryptionKeyId } from '../encryption/sealer.ts'
import {
  demandFirstIsHeld,
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

export function encryptionCommands(program: Command, cli: Cli) {
  const encryption = program.command('encryption').description('manage ENCRYPTION_KEYS and the data that they seal')
  for (const register of [statusCommand, rotateCommand, resealCommand, retireCommand]) register(encryption, cli)
}

function statusCommand(encryption: Command, cli: Cli) {
  return encryption
    .command('status')
    .description('show how much each key seals, how many security events it verifies and which nodes hold it')
    .action(() =>
      withAccounts(cli, async opened => {
        const { env, sequelize } = opened
        const ids = env.ENCRYPTION_KEYS.map(encryptionKeyId)
        const sealed = await countByKey(sequelize)
        const events = await countEventsByKey()
        const missing = [...new Set([...sealed.keys(), ...events.keys()])].filter(id => !ids.includes(id))
        const row = (id: string, state: string) => [id, state, ...[sealed, events].map(by => String(by.get(id) ?? 0))]
        const rows = [
          ...ids.map((id, at) => row(id, at === 0 ? 'seals' : 'opens')),
          ...missing.map(id => row(id, 'not in ENCRYPTION_KEYS')),
        ]
        print(cli, table(['KEY', 'STATE', 'SEALED', 'EVENTS'], rows))
        await printNodes(cli, keysOf(opened))
      }),
    )
}

function rotateCommand(encryption: Command, cli: Cli) {
  return encryption
    .command('rotate')
    .description('put a new random key first; the others still open sealed data')
    .option(...ROTATE_OPTIONS.stage)
    .option(...ROTATE_OPTIONS.promote)
    .action((options: RotateOptions) => withAccounts(cli, opened => rotate(cli, opened, keysOf(opened), options)))
}

function resealCommand(encryption: Command, cli: Cli) {
  return encryption
    .command('reseal')
    .description('reseal all data under the first key; refused while a running node does not hold it')
    .action(() =>
      withAccounts(cli, async opened => {
        const { env, sequelize } = opened
        await demandFirstIsHeld(keysOf(opened))
        const sealer = createSealer(env.ENCRYPTION_KEYS)
        const resealed = await reseal(sequelize, sealer)
        await resealEnds(sequelize, sealer)
        print(cli, `resealed: ${resealed}`)
      }),
    )
}

function retireCommand(encryption: Command, cli: Cli) {
  return encryption
    .command('retire')
    .description(
      'remove the last key; refused while something is sealed under it, an event needs it, or a node uses it',
    )
    .option('--all', 'remove all but the first')
    .option('--force', 'remove it even if sealed data is lost and older events can no longer be verified')
    .action((options: RetireOptions) => withAccounts(cli, opened => retire(cli, opened, keysOf(opened), options)))
}

function keysOf({ env, sequelize }: OpenAccounts): KeyList {
  return {
    variable: 'ENCRYPTION_KEYS',
    group: 'encryption',
    entries: env.ENCRYPTION_KEYS,
    idOf: encryptionKeyId,
    idsHeldBy: ({ encryptionKeys }) => encryptionKeys,
    wasUsed: async id => (await countByKey(sequelize)).has(id) || ((await countEventsByKey()).get(id) ?? 0) > 0,
    reasonToKeep: async ids => {
      const [sealed, events] = [await countByKey(sequelize), await countEventsByKey()]
      const count = (by: Map<string, number>) => ids.reduce((sum, id) => sum + (by.get(id) ?? 0), 0)
      if (count(sealed) > 0)
        return `Still sealed under it: ${count(sealed)}. Run \`npm run latchkey -- encryption reseal\` first.`
      if (count(events) > 0)
        return `Security events that only it verifies: ${count(events)}. They are deleted after AUDIT_RETENTION; wait, or add --force.`
      return undefined
    },
  }
}
