import type { Job, JobState } from '../jobs.ts'
import { addCounter, addGauges, type Metrics } from './metrics.ts'

export type Sweeps = Record<'sessions' | 'expired_rows' | 'audit_events', Job>

/** What the jobs that delete old rows did in this process. */
export function watchSweeps({ registry }: Metrics, sweeps: Sweeps): void {
  const labelNames: 'sweep'[] = ['sweep']
  const each = <Value>(pick: (state: Readonly<JobState>) => Value) =>
    Object.entries(sweeps).map(([sweep, { state }]) => ({ labels: { sweep }, value: pick(state) }))

  addGauges(
    registry,
    {
      name: 'latchkey_sweep_last_success_timestamp_seconds',
      help: 'When the latest successful sweep ended',
      labelNames,
      aggregator: 'max',
    },
    () => each(({ succeededAt }) => succeededAt && succeededAt / 1000),
  )
  addGauges(
    registry,
    {
      name: 'latchkey_sweep_duration_seconds',
      help: 'How long the latest successful sweep took',
      labelNames,
      aggregator: 'max',
    },
    () => each(({ succeededAt, took }) => succeededAt && took / 1000),
  )
  addCounter(registry, { name: 'latchkey_sweep_rows_total', help: 'Rows that sweeps deleted', labelNames }, () =>
    each(({ changed }) => changed),
  )
  addCounter(registry, { name: 'latchkey_sweep_failures_total', help: 'Sweeps that failed', labelNames }, () =>
    each(({ failures }) => failures),
  )
}
