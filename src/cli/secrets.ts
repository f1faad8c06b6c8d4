import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { secretId } from '../sessions/cookie.ts'
import { type OpenAccounts, withAccounts } from './open.ts'
import { Refusal } from './refusal.ts'
import { writeSecrets } from './secret-file.ts'
import { type Cli, readSettings } from './settings.ts'
import { table } from './table.ts'
import { print } from './terminal.ts'

const RESTART = 'Restart the server: it reads SESSION_SECRET when it starts.'

type RetireOptions = { all?: true; force?: true }

export const secretCommands = (program: Command, cli: Cli) => {
  const secrets = program.command('secrets').description('the keys that sign the session cookie (SESSION_SECRET)')
  for (const register of [statusCommand, rotateCommand, retireCommand]) register(secrets, cli)
}

const statusCommand = (secrets: Command, cli: Cli) =>
  secrets
    .command('status')
    .description('show how many live sessions each secret signed; a secret is shown by a hash')
    .action(() =>
      withAccounts(cli, async ({ env, store }) => {
        const counts = await store.countBySecret()
        const ids = env.SESSION_SECRET.map(secretId)
        const unknown = [...counts.keys()].filter(id => !ids.includes(id))
        const row = (use: string, id: string) => [id, use, String(counts.get(id) ?? 0)]
        const rows = ids.map((id, index) => row(index === 0 ? 'signs' : 'verifies', id))
        const lost = unknown.map(id => row('not in SESSION_SECRET', id))
        print(cli, table(['SECRET', 'USE', 'LIVE SESSIONS'], [...rows, ...lost]))
      }),
    )

const rotateCommand = (secrets: Command, cli: Cli) =>
  secrets
    .command('rotate')
    .description('put a new random secret first; the others go on verifying')
    .action(async () => {
      const { env, envFile, secretFrom } = await readSettings(cli)
      const fresh = randomBytes(32).toString('base64url')
      if (secretFrom === 'environment') throw notOurs(`set it there to ${fresh},(what it holds now)`)
      await writeSecrets(envFile, env.SESSION_SECRET, [fresh, ...env.SESSION_SECRET])
      print(cli, `${envFile}: a new secret signs, older ones that verify: ${env.SESSION_SECRET.length}. ${RESTART}`)
    })

const retireCommand = (secrets: Command, cli: Cli) =>
  secrets
    .command('retire')
    .description('remove the oldest secret; refused while live sessions need it')
    .option('--all', 'remove all but the first')
    .option('--force', 'also where people then have to sign in again')
    .action((options: RetireOptions) =>
      withAccounts(cli, async opened => {
        const { env, envFile, secretFrom } = opened
        const kept = secretsToKeep(env.SESSION_SECRET, options)
        const removed = env.SESSION_SECRET.length - kept.length
        const lost = await countSessionsWithout(kept, opened)
        if (lost > 0 && !options.force) throw new Refusal(tooEarly(lost))
        if (secretFrom === 'environment') throw notOurs(`take the last ${removed} of its entries away there`)
        await writeSecrets(envFile, env.SESSION_SECRET, kept)
        print(cli, `${envFile}: secrets removed: ${removed}, live sessions that they signed: ${lost}. ${RESTART}`)
      }),
    )

const secretsToKeep = (secrets: string[], { all }: RetireOptions): string[] => {
  if (secrets.length === 1) throw new Refusal('There is only one secret. `secrets rotate` puts a new one before it.')
  return secrets.slice(0, all ? 1 : -1)
}

/** How many live sessions are signed by one of our secrets now and by none of the kept. */
const countSessionsWithout = async (kept: string[], { env, store }: OpenAccounts): Promise<number> => {
  const counts = await store.countBySecret()
  const keptIds = kept.map(secretId)
  const lostIds = new Set(env.SESSION_SECRET.map(secretId).filter(id => !keptIds.includes(id)))
  return [...lostIds].reduce((sum, id) => sum + (counts.get(id) ?? 0), 0)
}

const tooEarly = (lost: number) =>
  `Live sessions that would be lost: ${lost}. Each is signed anew at its next request after a restart with the new secret; wait, or add --force.`

const notOurs = (instead: string) =>
  new Refusal(`SESSION_SECRET comes from the environment, not from .env: ${instead}, then restart the server.`)
