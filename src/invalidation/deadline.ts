/**
 * Calls back in so many ms unless stopped before. A process that was itself held up first gets to read what had already
 * arrived, so it does not blame the other side.
 */
export function startDeadline(milliseconds: number, onMissed: () => void): () => void {
  let afterReading: NodeJS.Immediate | undefined
  const timer = setTimeout(() => {
    afterReading = setImmediate(onMissed)
  }, milliseconds).unref()

  return () => {
    clearTimeout(timer)
    clearImmediate(afterReading)
  }
}
