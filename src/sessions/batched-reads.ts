import DataLoader from 'dataloader'

const BATCH = 100

/** Loads what one event loop turn asks for together; DataLoader's default batches within one callback only. */
export function batchedReads<Found>(
  readAll: (keys: readonly string[]) => Promise<(Found | Error)[]>,
): DataLoader<string, Found> {
  return new DataLoader(readAll, {
    cache: false,
    maxBatchSize: BATCH,
    batchScheduleFn: dispatch => setImmediate(dispatch),
  })
}
