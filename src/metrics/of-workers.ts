import { AggregatorRegistry } from 'prom-client'
import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { serveMetrics } from './serve.ts'

/** Serves the sum of all workers' metrics, in the supervisor. */
export function serveWorkersMetrics(env: Pick<Env, 'METRICS_HOST' | 'METRICS_PORT'>, logger: Logger) {
  const registry = new AggregatorRegistry()
  return serveMetrics(env, () => registry.clusterMetrics(), logger)
}
