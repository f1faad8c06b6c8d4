import { startAuditRetention } from '../../src/audit/retention.ts'
import { startExpirySweep } from '../../src/maintenance/expired-rows.ts'
import { startMetrics } from '../../src/metrics/start.ts'
import { startSweep } from '../../src/sessions/sweep.ts'
import type { TestServer } from '../support/harness.ts'

/** Serves the metrics of a test server with METRICS_PORT, with its sweeps, as the server does. */
export async function serveMetricsOf({ deps }: TestServer) {
  if (!deps.metrics) throw new Error('METRICS_PORT opens no metrics')
  const sweeps = {
    sessions: startSweep(deps),
    expired_rows: startExpirySweep(deps),
    audit_events: startAuditRetention(deps),
  }
  const metrics = await startMetrics(deps.metrics, { ...deps, sweeps })
  async function close() {
    await metrics.close()
    await Promise.all(Object.values(sweeps).map(sweep => sweep.stop()))
  }
  return { sweeps, close }
}
