import { randomBytes } from 'node:crypto'
import { type RunningNode, runningNodes } from '../nodes/running-nodes.ts'
import type { OpenAccounts } from './open.ts'
import { Refusal } from './refusal.ts'
import { writeKeys } from './secret-file.ts'
import type { Cli, KeyVariable } from './settings.ts'
import { moment, table } from './table.ts'
import { print } from './terminal.ts'

/** SESSION_SECRET or ENCRYPTION_KEYS: the first entry is in use, the others only verify or open. */
export type KeyList = {
  variable: KeyVariable
  /** Name of its command group. */
  group: 'secrets' | 'encryption'
  entries: string[]
  idOf(entry: string): string
  idsHeldBy(node: RunningNode): string[]
  /** Whether the key was ever the one in use, as far as the database can tell. */
  wasUsed(id: string): Promise<boolean>
  /** Why none of these keys may be removed yet; undefined where they may. */
  reasonToKeep(ids: string[]): Promise<string | undefined>
}

export type RotateOptions = { stage?: true; promote?: true }
export type RetireOptions = { all?: true; force?: true }

export const ROTATE_OPTIONS = {
  stage: ['--stage', 'first step with several nodes: add a new one at the end, for all nodes to know'],
  promote: ['--promote', 'second step: move it to the front; refused while a running node does not hold it'],
} as const

/** Puts a new key in front, or takes one of the steps of doing that with several nodes. */
export function rotate(cli: Cli, opened: OpenAccounts, list: KeyList, { stage, promote }: RotateOptions) {
  if (stage && promote) throw new Refusal('Choose --stage or --promote, not both.')
  if (stage) return stageKey(cli, opened, list)
  if (promote) return promoteKey(cli, opened, list)
  return rotateAtOnce(cli, opened, list)
}

async function rotateAtOnce(cli: Cli, opened: OpenAccounts, list: KeyList) {
  const nodes = await runningNodes()
  if (nodes.length > 1)
    throw new Refusal(
      `Several nodes are running, and each would refuse what the others do with a new key: ${namesOf(nodes)}. Use --stage.`,
    )
  const fresh = newKey()
  const change = { keys: [fresh, ...list.entries], instead: `set it there to ${fresh},(what it holds now)` }
  await write(opened, list, change)
  const older = list.entries.length
  print(cli, `Added a new first key to ${opened.envFile}; older keys kept: ${older}. ${restart(list)}`)
}

async function stageKey(cli: Cli, opened: OpenAccounts, list: KeyList) {
  const last = list.entries.at(-1) ?? ''
  if (list.entries.length > 1 && !(await list.wasUsed(list.idOf(last))))
    throw new Refusal(
      `${list.idOf(last)} at the end of ${list.variable} was never in use, so it is staged already. Restart every node with it, then use --promote.`,
    )
  const fresh = newKey()
  const change = {
    keys: [...list.entries, fresh],
    instead: `set it there to (what it holds now),${fresh} on every node`,
  }
  await write(opened, list, change)
  print(
    cli,
    `${opened.envFile}: staged ${list.idOf(fresh)}. Give every node this ${list.variable}, restart one after the other, then run: latchkey ${list.group} rotate --promote`,
  )
}

async function promoteKey(cli: Cli, opened: OpenAccounts, list: KeyList) {
  const staged = list.entries.at(-1) ?? ''
  const id = list.idOf(staged)
  if (list.entries.length === 1) throw new Refusal(`Nothing is staged in ${list.variable}. Use --stage first.`)
  if (await list.wasUsed(id))
    throw new Refusal(`${id} at the end of ${list.variable} was in use before, so it is not staged. Use --stage first.`)
  const nodesWithout = (await runningNodes()).filter(node => !list.idsHeldBy(node).includes(id))
  if (nodesWithout.length > 0)
    throw new Refusal(
      `Nodes that do not hold ${id} yet: ${namesOf(nodesWithout)}. Restart them with this ${list.variable} first; one that is gone for good is forgotten after 90 seconds.`,
    )
  const change = {
    keys: [staged, ...list.entries.slice(0, -1)],
    instead: 'move its last entry to the front on every node',
  }
  await write(opened, list, change)
  print(
    cli,
    `${opened.envFile}: ${id} is first. Give every node this ${list.variable}, and restart one after the other.`,
  )
}

/** Removes the last key, or all but the first; unless forced only when nothing and nobody needs it. */
export async function retire(cli: Cli, opened: OpenAccounts, list: KeyList, { all, force }: RetireOptions) {
  const { entries, variable } = list
  if (entries.length === 1)
    throw new Refusal(`There is only one key in ${variable}. \`${list.group} rotate\` puts a new one before it.`)
  const kept = entries.slice(0, all ? 1 : -1)
  const removed = entries.slice(kept.length).map(list.idOf)
  if (!force) await demandUnused(list, kept.map(list.idOf), removed)
  const change = { keys: kept, instead: `take the last ${removed.length} of its entries away on every node` }
  await write(opened, list, change)
  print(cli, `${opened.envFile}: removed ${removed.join(', ')}. ${restart(list)}`)
}

async function demandUnused(list: KeyList, [first = '']: string[], removed: string[]) {
  const reason = await list.reasonToKeep(removed)
  if (reason) throw new Refusal(reason)
  const behind = (await runningNodes()).filter(node => list.idsHeldBy(node)[0] !== first)
  if (behind.length > 0)
    throw new Refusal(
      `Nodes that do not use ${first} yet: ${namesOf(behind)}. Restart them with this ${list.variable} first.`,
    )
}

/** @throws Refusal while a running node does not hold the first key: what is written under it would be closed to that node */
export async function demandFirstIsHeld(list: KeyList) {
  const first = list.idOf(list.entries[0] ?? '')
  const nodesWithout = (await runningNodes()).filter(node => !list.idsHeldBy(node).includes(first))
  if (nodesWithout.length > 0)
    throw new Refusal(`Nodes that do not hold ${first}: ${namesOf(nodesWithout)}. Restart them first.`)
}

/** Shows which node holds which keys, where any runs. */
export async function printNodes(cli: Cli, list: KeyList) {
  const nodes = await runningNodes()
  if (nodes.length === 0) return
  const rows = nodes.map(node => [node.name, moment(node.seenAt), list.idsHeldBy(node).join(' ')])
  print(cli, `\n${table(['NODE', 'LAST SEEN', 'KEYS, FIRST IN USE'], rows)}`)
}

/** What the operator has to do instead where the environment sets the list, and not the file. */
async function write(
  opened: OpenAccounts,
  { variable, entries }: KeyList,
  change: { keys: string[]; instead: string },
) {
  const { envFile, fromEnvironment } = opened
  if (fromEnvironment[variable])
    throw new Refusal(`${variable} comes from the environment, not from .env: ${change.instead}, then restart.`)
  await writeKeys(envFile, variable, entries, change.keys)
}

const newKey = () => randomBytes(32).toString('base64url')
const namesOf = (nodes: RunningNode[]) => nodes.map(({ name }) => name).join(', ')
const restart = ({ variable }: KeyList) => `Restart the server: it reads ${variable} when it starts.`
