import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type Relay = Awaited<ReturnType<typeof startRelay>>

type Pair = { client: Socket; server: Socket; silent: boolean }

/** Passes TCP on to a port of this machine, until it is told to swallow. */
export async function startRelay(target: number) {
  const pairs = new Set<Pair>()
  let port = target
  let swallowsNew = false
  let onSent: (bytes: Buffer) => void = () => {}

  const listener = createServer(client => {
    const pair = { client, server: connect(port, '127.0.0.1'), silent: swallowsNew }
    pairs.add(pair)
    for (const [from, to] of [
      [pair.client, pair.server],
      [pair.server, pair.client],
    ] as const) {
      from.on('data', bytes => {
        if (!pair.silent) to.write(bytes)
        if (from === pair.client) onSent(bytes)
      })
      from.on('error', () => {})
      // A host that vanished closes nothing either.
      from.on('close', () => {
        if (!pair.silent) to.destroy()
      })
    }
  })
  await once(listener.listen(0, '127.0.0.1'), 'listening')

  return {
    port: (listener.address() as AddressInfo).port,
    /** From here on nothing passes on the open connections, for good, and none closes; on new ones only if they work. */
    swallow({ newOnesWork }: { newOnesWork: boolean }) {
      for (const pair of pairs) pair.silent = true
      swallowsNew = !newOnesWork
    },
    /** New connections work. */
    pass() {
      swallowsNew = false
    },
    /** New connections go to this port. */
    turnTo(other: number) {
      port = other
    },
    /** Calls back with what clients send, once it has been passed on. */
    watch(listener: (bytes: Buffer) => void) {
      onSent = listener
    },
    async close() {
      for (const { client, server } of pairs) {
        client.destroy()
        server.destroy()
      }
      listener.close()
      await once(listener, 'close')
    },
  }
}
