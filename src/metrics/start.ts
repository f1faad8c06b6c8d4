import cluster from 'node:cluster'
import { AggregatorRegistry } from 'prom-client'
import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import type { Metrics } from './metrics.ts'
import { serveMetrics } from './serve.ts'
import { watchState } from './state.ts'
import { type Sweeps, watchSweeps } from './sweeps.ts'
import { watchTotals } from './totals.ts'

type StartDeps = { env: Env; logger: Logger; sweeps: Sweeps } & Parameters<typeof watchState>[1] &
  Parameters<typeof watchTotals>[1]

/** Serves this process's metrics, or hands a worker's to its supervisor. */
export async function startMetrics(metrics: Metrics, deps: StartDeps): Promise<{ close(): Promise<void> }> {
  watchState(metrics, deps)
  watchTotals(metrics, deps)
  watchSweeps(metrics, deps.sweeps)
  if (!cluster.isWorker) return await serveMetrics(deps.env, () => metrics.registry.metrics(), deps.logger)
  AggregatorRegistry.setRegistries([metrics.registry])
  // Its constructor answers the supervisor's questions.
  new AggregatorRegistry()
  return { close: async () => {} }
}
