import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { afterCommit } from '../../configs/database/transactions.ts'
import type { AuditEvent } from '../../models/audit-event.ts'
import type { Audit, AuditEntry } from '../audit/audit.ts'

/** From a cached session check to a sign-in that waits for its hash, in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

const OUTCOMES: Partial<Record<AuditEvent, string>> = {
  authn_login_success: 'success',
  authn_login_fail: 'failure',
  authn_second_factor_fail: 'failure',
}

/** Method and route come from fixed lists, so that no visitor adds a series. */
export type MeasuredRequest = { method: string; route: string; status: number; seconds: number }

export type Metrics = ReturnType<typeof createMetrics>

/** What this process counts by itself; `watchState` adds what is read at each scrape. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]

  const duration = new Histogram({
    name: 'latchkey_http_request_duration_seconds',
    help: 'Time to answer requests, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers,
  })
  const events = new Counter({
    name: 'latchkey_audit_events_total',
    help: 'Events written to the audit log by this process',
    labelNames: ['event'],
    registers,
  })
  const signIns = new Counter({
    name: 'latchkey_sign_ins_total',
    help: 'Sign-ins and failed attempts, by way and outcome',
    labelNames: ['way', 'outcome'],
    registers,
  })

  function observeRequest({ method, route, status, seconds }: MeasuredRequest): void {
    duration.observe({ method, route, status }, seconds)
  }

  /** Counts the events that are committed. */
  function countEvents(audit: Audit): Audit {
    function count(event: AuditEvent, entry?: AuditEntry) {
      events.inc({ event })
      const outcome = OUTCOMES[event]
      if (outcome) signIns.inc({ way: wayOf(entry), outcome })
    }
    return {
      record: async (event, entry) => {
        await audit.record(event, entry)
        afterCommit(() => count(event, entry))
      },
    }
  }

  return { registry, observeRequest, countEvents }
}

/** The first factor; `provider` for all of them, because their names are the operator's. */
function wayOf({ details = {} }: AuditEntry = {}): string {
  if (details.provider) return 'provider'
  const first = Array.isArray(details.factors) ? details.factors[0] : (details.factor ?? details.authenticator)
  return typeof first === 'string' ? (first.split(':', 1)[0] ?? first) : 'other'
}

/** @param read gives the value at each scrape, or undefined if it is not known */
export function addGauge(
  registry: Registry,
  { name, help, aggregator = 'sum' }: { name: string; help: string; aggregator?: 'sum' | 'max' },
  read: () => number | undefined | Promise<number | undefined>,
): void {
  new Gauge({
    name,
    help,
    aggregator,
    registers: [registry],
    async collect() {
      const value = await read()
      if (value === undefined) this.remove()
      else this.set(value)
    },
  })
}

export type Sample<Label extends string = string> = { labels: Record<Label, string>; value: number | undefined }

/** @param read gives each series' value at each scrape, or undefined if it is not known */
export function addGauges<Label extends string>(
  registry: Registry,
  options: { name: string; help: string; labelNames: Label[]; aggregator?: 'sum' | 'max' },
  read: () => Sample<Label>[],
): void {
  new Gauge<Label>({
    ...options,
    registers: [registry],
    collect() {
      this.reset()
      for (const { labels, value } of read()) if (value !== undefined) this.set(labels, value)
    },
  })
}

/** @param read gives each series' total since the start, at each scrape */
export function addCounter<Label extends string = never>(
  registry: Registry,
  { name, help, labelNames = [] }: { name: string; help: string; labelNames?: Label[] },
  read: () => { labels?: Record<Label, string>; value: number }[],
): void {
  new Counter<Label>({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset()
      for (const { labels, value } of read()) labels ? this.inc(labels, value) : this.inc(value)
    },
  })
}
