/**
 * Makes a queue: each call waits until all before it have ended, well or badly.
 * @param longestWait in ms; a call whose turn has not come by then fails by `refusal` and is not made
 */
export const takingTurns = (longestWait: number, refusal: () => Error) => {
  let last: Promise<unknown> = Promise.resolve()

  return <T>(work: () => Promise<T>): Promise<T> => {
    const before = last
    const turn = within(before, longestWait, refusal).then(work)
    // Who gave up waiting lets nobody past the one that it waited for. No results: each would hold on to all those before it.
    last = Promise.allSettled([before, turn]).then(() => {})
    return turn
  }
}

const within = async (awaited: Promise<unknown>, limit: number, refusal: () => Error) => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(refusal()), limit)
  try {
    await Promise.race([awaited, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
