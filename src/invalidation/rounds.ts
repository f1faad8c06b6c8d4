/** Calls during a round share the next one. */
export function createRounds(round: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let waiting: Promise<void> | undefined

  function start(): Promise<void> {
    waiting = undefined
    running = round().finally(() => {
      running = undefined
    })
    return running
  }

  return () => {
    if (waiting !== undefined) return waiting
    if (running === undefined) return start()
    waiting = running.then(start, start)
    return waiting
  }
}
