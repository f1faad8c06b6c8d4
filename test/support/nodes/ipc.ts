/** What a node does when the test process asks: methods by name. */
export type Methods = Record<string, (...args: never[]) => unknown>

export type Call = { id: number; method: string; args: unknown[] }
export type Reply = { id: number; value?: unknown; error?: string }
export type Entered = { entered: string }

/** Answers the calls of the parent process until it goes away. */
export function serve(methods: Methods) {
  async function answer({ id, method, args }: Call): Promise<Reply> {
    try {
      return { id, value: await methods[method]?.(...(args as never[])) }
    } catch (error) {
      return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    }
  }
  process.on('message', (call: Call) => void answer(call).then(reply => process.send?.(reply)))
  process.on('disconnect', () => process.exit())
}

/** Gates by name: a handler waits at one until the test lets it through, and says that it has come. */
export function createGates() {
  const gates = new Map<string, PromiseWithResolvers<void>>()
  function gate(name: string) {
    const found = gates.get(name) ?? Promise.withResolvers<void>()
    gates.set(name, found)
    return found
  }
  return {
    wait: (name: string) => {
      process.send?.({ entered: name } satisfies Entered)
      return gate(name).promise
    },
    release: (name: string) => gate(name).resolve(),
    releaseAll: () => {
      for (const { resolve } of gates.values()) resolve()
      gates.clear()
    },
  }
}
