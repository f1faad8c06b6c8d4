import type { Command } from 'commander'
import type { Env } from '../../configs/env.ts'
import type { Audit } from '../audit/audit.ts'
import { createSealer } from '../encryption/sealer.ts'
import {
  type Algorithm,
  createSigningKeys,
  isCurrent,
  newestOf,
  type SigningKeys,
  type StoredKey,
} from '../tokens/signing-keys.ts'
import { withAccounts } from './open.ts'
import { byOperator } from './operator.ts'
import { Refusal } from './refusal.ts'
import type { Cli } from './settings.ts'
import { moment, table } from './table.ts'
import { note, print } from './terminal.ts'

export function keyCommands(program: Command, cli: Cli) {
  const keys = program.command('keys').description('manage the keys that sign tokens')
  for (const register of [listCommand, rotateCommand, retireCommand]) register(keys, cli)
}

type Opened = { keys: SigningKeys; env: Env; audit: Audit }

function withKeys(cli: Cli, work: (opened: Opened) => Promise<void>) {
  return withAccounts(cli, ({ database, env, audit }) =>
    work({ keys: createSigningKeys(database, createSealer(env.ENCRYPTION_KEYS)), env, audit }),
  )
}

function listCommand(keys: Command, cli: Cli) {
  return keys
    .command('list')
    .description('show the keys, newest first: which one signs, which still verify, which have expired')
    .action(() =>
      withKeys(cli, async ({ keys, env }) => {
        const listed = await keys.list()
        const rows = listed.map(key => [key.kid, key.algorithm, moment(new Date(key.createdAt)), stateOf(key, env)])
        print(cli, table(['KEY', 'ALGORITHM', 'CREATED', 'STATE'], rows))
        if (rows.length === 0) note(cli, 'No signing keys yet.')
      }),
    )
}

function stateOf(key: StoredKey, { SIGNING_KEY_AGE }: Pick<Env, 'SIGNING_KEY_AGE'>) {
  const { retiredAt, verifiesUntil } = key
  if (retiredAt !== null) return `retired ${moment(new Date(retiredAt))}`
  const isNewest = verifiesUntil === Number.POSITIVE_INFINITY
  if (isNewest) return isCurrent(key, SIGNING_KEY_AGE) ? 'signs' : 'due to be replaced'
  return `${verifiesUntil > Date.now() ? 'verifies until' : 'over since'} ${moment(new Date(verifiesUntil))}`
}

function rotateCommand(keys: Command, cli: Cli) {
  return keys
    .command('rotate')
    .description('start signing with a new key of each algorithm; old ones verify until their last token has expired')
    .action(() =>
      withKeys(cli, async ({ keys, audit }) => {
        for (const algorithm of algorithmsIn(await keys.list())) {
          const kid = await makeNewest(keys, algorithm)
          await audit.record('sys_signing_key_rotated', byOperator(null, { key: kid ?? '' }))
          print(cli, `${algorithm} signing key: ${kid}`)
        }
      }),
    )
}

function retireCommand(keys: Command, cli: Cli) {
  return keys
    .command('retire')
    .description('emergency: refuse every token that a key signed, and replace the key')
    .argument('<kid>')
    .action((kid: string) =>
      withKeys(cli, async ({ keys, env, audit }) => {
        if (!(await keys.retire(kid)))
          throw new Refusal(`There is no key ${kid} in use. \`npm run latchkey -- keys list\` shows the keys.`)
        await audit.record('sys_signing_key_retired', byOperator(null, { key: kid }))
        const stored = await keys.list()
        const algorithm = stored.find(key => key.kid === kid)?.algorithm ?? 'EdDSA'
        if (!isCurrent(newestOf(stored, algorithm), env.SIGNING_KEY_AGE)) await makeNewest(keys, algorithm)
        print(cli, `retired ${kid}`)
      }),
    )
}

function algorithmsIn(keys: StoredKey[]): Algorithm[] {
  return [...new Set(keys.map(({ algorithm }) => algorithm))]
}

/** A server may have made one at the same moment; that one is as good. */
async function makeNewest(keys: SigningKeys, algorithm: Algorithm) {
  await keys.make(algorithm, await keys.list())
  return newestOf(await keys.list(), algorithm)?.kid
}
