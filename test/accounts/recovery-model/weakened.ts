import { fork } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Beginning, Fault } from './world.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')
const COPIED = ['configs', 'migrations', 'models', 'routes', 'src', 'test', 'web', 'extensions.ts', 'package.json']

/** Text of a source file that stands there once, and what takes its place. */
type Edit = { file: string; find: string; put: string }

type Weakened = {
  edits: Edit[]
  /** What the play begins with; the rest, and every step, is random. */
  beginning: Partial<Beginning>
  /** Any of these is what was found in the old code. */
  faults: Fault[]
}

const WITHOUT_FACTOR: Partial<Beginning> = { registeredFirst: false, factor: 'none', holds: ['password'] }
const WITH_FACTOR: Partial<Beginning> = {
  registeredFirst: false,
  factor: 'passkey',
  verified: true,
  holds: ['password', 'device cookie'],
}

/** What the model has to find where a protection is taken out. */
export const WEAKENED: Record<string, Weakened> = {
  'H1 a link that confirms another address outlives a recovery': {
    edits: [
      { file: 'src/links/links.ts', find: '[Op.notIn]: but }', put: "[Op.notIn]: [...but, 'confirm-new-email'] }" },
      { file: 'src/links/links.ts', find: 'link.securityVersion !== user.securityVersion', put: 'false' },
    ],
    beginning: WITHOUT_FACTOR,
    faults: ['something of the thief opens the account'],
  },
  'H2 the undo of a later change outlives that of an earlier one': {
    edits: [
      {
        file: 'src/accounts/change-email.ts',
        find: 'await voidUndosSince(undo)\n  await sendReset',
        put: 'await sendReset',
      },
    ],
    beginning: WITHOUT_FACTOR,
    faults: ['something of the thief opens the account'],
  },
  'an account elsewhere that a stranger linked outlives a recovery': {
    edits: [
      { file: 'src/factors/planted.ts', find: 'await Identity.destroy({ where: { userId, id: rows } })', put: '' },
    ],
    beginning: WITHOUT_FACTOR,
    faults: ['something of the thief opens the account'],
  },
  'H3 factors that a stranger added outlive a recovery': {
    edits: [
      {
        file: 'src/accounts/take-back.ts',
        find: "await removePlanted(user.id, isFirstProof ? 'all' : disowned)",
        put: '{ removed: [], kept: [] }',
      },
    ],
    beginning: WITHOUT_FACTOR,
    faults: ['something of the thief opens the account', 'the owner cannot take the account back'],
  },
  'an email to sign in with outlives a recovery': {
    edits: [
      {
        file: 'src/accounts/sign-in-by-email.ts',
        find: 'id: userId, email, securityVersion, disabledAt: null',
        put: 'id: userId, email, disabledAt: null',
      },
    ],
    beginning: { registeredFirst: false, factor: 'none', verified: true, holds: ['mailbox'] },
    faults: ['something of the thief opens the account'],
  },
  'M3 a sign-in keeps the token of the device cookie': {
    edits: [
      {
        file: 'src/devices/devices.ts',
        find: 'const [token, now] = [newSecret(), new Date()]',
        put: 'const [token, now] = [deviceTokens[0] ?? newSecret(), new Date()]',
      },
    ],
    beginning: WITH_FACTOR,
    faults: ['an old copy of a device cookie stood for the second factor'],
  },
  'M4 a trusted device is the proof of a factor': {
    edits: [
      {
        file: 'src/factors/policy.ts',
        find: "const PROVABLE_SECOND = ['totp', ",
        put: "const PROVABLE_SECOND = ['trusted-device', 'totp', ",
      },
    ],
    beginning: WITH_FACTOR,
    // The proof also lets a thief trust a browser of their own.
    faults: [
      'a factor was removed without proof of a factor',
      'an old copy of a device cookie stood for the second factor',
    ],
  },
  'M4 the password is the proof of an account with a factor': {
    edits: [
      {
        file: 'src/factors/policy.ts',
        find: 'return (await countFactors()) === 0 ? first : second',
        put: 'return first',
      },
    ],
    beginning: WITH_FACTOR,
    faults: ['a factor was removed without proof of a factor'],
  },
  'new recovery codes replace those of the owner without proof': {
    edits: ['responses', 'request'].map(next => ({
      file: 'routes/auth/recovery-codes.ts',
      find: `access: 'fresh enrolment',\n    ${next}`,
      put: `access: 'enrolment',\n    ${next}`,
    })),
    beginning: WITH_FACTOR,
    faults: ['a factor was removed without proof of a factor'],
  },
}

/** @returns the fault that the model finds in a copy of the project with these edits, or what it says instead */
export async function faultFoundWith({ edits, beginning }: Pick<Weakened, 'edits' | 'beginning'>): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), 'latchkey-weakened-'))
  try {
    for (const each of COPIED) await cp(path.join(ROOT, each), path.join(copy, each), { recursive: true })
    await symlink(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'))
    for (const edit of edits) await replaceOnce(copy, edit)
    return await playedIn(copy, beginning)
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

async function replaceOnce(directory: string, { file, find, put }: Edit) {
  const at = path.join(directory, file)
  const source = await readFile(at, 'utf8')
  if (source.split(find).length !== 2) throw new Error(`not exactly once in ${file}: ${find}`)
  await writeFile(
    at,
    source.replace(find, () => put),
  )
}

async function playedIn(directory: string, beginning: Partial<Beginning>): Promise<string> {
  const env = { PATH: process.env.PATH, TEST_DATABASE: 'sqlite' }
  const script = path.join(directory, 'test/accounts/recovery-model/player.ts')
  const player = fork(script, [JSON.stringify(beginning)], { cwd: directory, env, execArgv: [] })
  const [found] = await Promise.race([
    once(player, 'message'),
    once(player, 'exit').then(([code]) => [`the player ended with ${code}`]),
  ])
  player.disconnect()
  return String(found)
}
