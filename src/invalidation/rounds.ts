/**
 * Runs rounds one at a time. Each call gets a round that starts after it, never the one under way; calls that wait
 * together share one.
 */
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
