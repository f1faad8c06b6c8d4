import { type Answer, type NodeProcess, request, type Sent, type Settings, startNode } from './processes.ts'

/** Which of the two nodes is asked. */
export type NodeIndex = 0 | 1
/** When something happened, in ms on the nodes' clock: not before `from`, not after `to`. */
export type Span = { from: number; to: number }

export const USERS = [
  { email: 'ada@example.org', name: 'Ada', password: 'seven green bicycles at dawn' },
  { email: 'bob@example.org', name: 'Bob', password: 'eleven quiet lighthouses sing' },
] as const

export type Pair = Awaited<ReturnType<typeof startPair>>

/** Two nodes on one database and a third that stands by, so that one which is killed is replaced at once. */
export async function startPair(script: string, settings: Settings) {
  const nodes = [await startNode(script, settings), await startNode(script, settings)]
  const standby: Promise<NodeProcess>[] = []
  let offset = 0

  function at(index: NodeIndex): NodeProcess {
    const found = nodes[index]
    if (!found) throw new Error('there are two nodes')
    return found
  }
  const both = <T>(method: string, ...args: unknown[]) => Promise.all(nodes.map(node => node.call<T>(method, ...args)))
  const ask = (index: NodeIndex, method: string, target: string, sent?: Sent): Promise<Answer> =>
    request(at(index).url, method, target, sent)

  const userIds: string[] = []
  for (const user of USERS) {
    const { status, body } = await ask(0, 'POST', '/auth/register', { body: user })
    if (status !== 201) throw new Error(`registration failed: ${JSON.stringify(body)}`)
    userIds.push((body.user as { id: string } | undefined)?.id ?? String(body.id))
  }

  async function replace(index: NodeIndex) {
    const next = await (standby.pop() ?? startNode(script, settings))
    await next.call('clock', offset)
    await at(index).kill()
    nodes[index] = next
    standby.push(startNode(script, settings))
  }

  const now = () => Date.now() + offset
  async function timed<T>(work: () => Promise<T>): Promise<[T, Span]> {
    const from = now()
    const value = await work()
    return [value, { from, to: now() }]
  }

  return {
    at,
    both,
    ask,
    userIds,
    replace,
    /** What came of the work, and when it was done on the clock of the nodes. */
    timed,
    /** A change of this node has reached the other: the documented bound, waited for instead of slept through. */
    syncOther: (index: NodeIndex) => at(index === 0 ? 1 : 0).call('sync'),
    step: async (milliseconds: number) => {
      offset += milliseconds
      await both('clock', offset)
    },
    close: async () => {
      const waiting = await Promise.all(standby)
      await Promise.all([...nodes, ...waiting].map(node => node.kill()))
    },
  }
}
