import { Download } from 'lucide'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { ActionButton, useAction } from '../parts/action.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Icon } from '../parts/icon.tsx'
import { navigate, place } from '../router.ts'
import { useStore } from '../store.ts'
import { textFor } from '../text/text.ts'
import { sendAdmin } from './api.ts'
import { Chips } from './chips.tsx'
import { download } from './download.ts'
import { EventList } from './event-list.tsx'
import { useMay } from './permissions.ts'
import { PersonFilter } from './person-filter.tsx'
import { t } from './text.ts'
import type { AuditEvent, PageOf } from './types.ts'
import { usePages } from './use-pages.ts'

/** In ms. */
const LIVE_EVERY = 5000
const HOUR = 3_600_000
const RANGES: Record<string, number> = { '24h': 24 * HOUR, '7d': 168 * HOUR, '30d': 720 * HOUR }

const NAMES = ['event', 'userId', 'address', 'range'] as const
type Filters = Record<(typeof NAMES)[number], string>

function addressOf(filters: Filters) {
  const parameters = new URLSearchParams(Object.entries(filters).filter(([, value]) => value))
  return parameters.size > 0 ? `/admin/audit?${parameters}` : '/admin/audit'
}

/** The filters stand in the address, so that Back and a copied link find them again. */
export function AuditEvents() {
  const { query } = useStore(place)
  const filters = Object.fromEntries(NAMES.map(name => [name, query.get(name) ?? ''])) as Filters
  const { range, ...asked } = filters
  // Once for each choice, so that the list does not start over with each rendering.
  const since = useMemo(() => sinceOf(range), [range])
  const parameters = new URLSearchParams(Object.entries({ ...asked, since }).filter(([, value]) => value))
  const path = `/api/v1/audit-events?limit=50&${parameters}`
  const [live, setLive] = useState(false)
  const { items, next, problem, showMore } = usePages<AuditEvent>(path, 'before')
  const newer = useNewer(path, live)
  const action = useAction()
  const events = items && merged(newer, items)
  const change = (changed: Partial<Filters>) => navigate(addressOf({ ...filters, ...changed }))
  return (
    <section>
      <EventFilters filters={filters} onChange={change} />
      <div class="actions audit-actions">
        <label class="choice">
          <input type="checkbox" checked={live} onChange={() => setLive(!live)} />
          {t.admin.live}
        </label>
        <ActionButton
          action={action}
          act={() => download(`/api/v1/audit-events/export?${parameters}`, 'audit-events.ndjson')}
          kind="outline secondary small"
        >
          <Icon icon={Download} />
          {t.admin.exportEvents}
        </ActionButton>
      </div>
      <Failure problem={problem ?? action.problem} />
      {!events && !problem && <Loading />}
      {events?.length === 0 && <EmptyState>{t.admin.eventsNone}</EmptyState>}
      {events && events.length > 0 && <EventList label={t.admin.sections.audit} events={events} />}
      {next !== null && (
        <ActionButton action={action} act={showMore}>
          {t.common.more}
        </ActionButton>
      )}
    </section>
  )
}

const sinceOf = (range: string) => (RANGES[range] ? new Date(Date.now() - RANGES[range]).toISOString() : '')

type EventFiltersProps = { filters: Filters; onChange: (changed: Partial<Filters>) => void }

function EventFilters({ filters: { event, userId, address, range }, onChange }: EventFiltersProps) {
  const maySeeUsers = useMay('users:read')
  return (
    <search class="filters">
      {maySeeUsers && <PersonFilter userId={userId} onChoose={chosen => onChange({ userId: chosen })} />}
      <label>
        {t.admin.event}
        <select value={event} onChange={({ currentTarget }) => onChange({ event: currentTarget.value })}>
          <option value="">{t.admin.all}</option>
          {Object.entries(t.events).map(([code, name]) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t.account.address}
        <input
          key={address}
          type="search"
          defaultValue={address}
          autocomplete="off"
          placeholder="203.0.113.7"
          onChange={({ currentTarget }) => onChange({ address: currentTarget.value.trim() })}
        />
      </label>
      <div class="all-chips">
        <Chips
          label={t.admin.range}
          chosen={range}
          onChoose={chosen => onChange({ range: chosen })}
          chips={Object.keys(RANGES).map(value => ({ value, name: textFor(t.admin.ranges, value) ?? value }))}
        />
      </div>
    </search>
  )
}

/** What has happened since, asked for every few seconds while somebody looks. */
function useNewer(path: string, live: boolean): AuditEvent[] {
  const [newer, setNewer] = useState<AuditEvent[]>([])
  useEffect(() => {
    setNewer([])
    if (!live) return
    async function ask() {
      if (document.hidden) return
      const { answer } = await sendAdmin<PageOf<AuditEvent>>({ method: 'GET', path }, 'clock')
      setNewer(before => merged(answer.items, before))
    }
    const timer = setInterval(() => void ask().catch(() => {}), LIVE_EVERY)
    return () => clearInterval(timer)
  }, [path, live])
  return newer
}

function merged(first: AuditEvent[], second: AuditEvent[]) {
  const known = new Set(first.map(({ id }) => id))
  return [...first, ...second.filter(({ id }) => !known.has(id))]
}
