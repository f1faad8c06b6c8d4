import { useEffect, useState } from 'preact/hooks'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Empty, Failure, Loading } from '../parts/feedback.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { place } from '../router.ts'
import { showTime, t } from '../text/text.ts'
import { sendAdmin } from './api.ts'
import type { AuditEvent, PageOf } from './types.ts'
import { usePages } from './use-pages.ts'

/** In ms. */
const LIVE_EVERY = 5000

export function AuditEvents() {
  const [event, setEvent] = useState('')
  const [userId, setUserId] = useState(place.get().query.get('userId') ?? '')
  const [live, setLive] = useState(false)
  const query = new URLSearchParams([
    ['limit', '50'],
    ...(event ? [['event', event]] : []),
    ...(userId ? [['userId', userId]] : []),
  ])
  const path = `/api/v1/audit-events?${query}`
  const { items, next, problem, showMore } = usePages<AuditEvent>(path, 'before')
  const newer = useNewer(path, live)
  const action = useAction()
  const rows = items && merged(newer, items)

  return (
    <section>
      <search class="filters">
        <label>
          {t.admin.event}
          <select value={event} onChange={({ currentTarget }) => setEvent(currentTarget.value)}>
            <option value="">{t.admin.all}</option>
            {Object.entries(t.events).map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="wide">
          {t.admin.userId}
          <input
            type="search"
            defaultValue={userId}
            autocomplete="off"
            onChange={({ currentTarget }) => setUserId(currentTarget.value.trim())}
          />
        </label>
        <label class="choice">
          <input type="checkbox" checked={live} onChange={() => setLive(!live)} />
          {t.admin.live}
        </label>
      </search>
      <Failure problem={problem} />
      {!rows && !problem && <Loading />}
      {rows?.length === 0 && <Empty>{t.admin.eventsNone}</Empty>}
      {rows && rows.length > 0 && (
        <Table label={t.admin.sections.audit} columns={columns()} rows={rows} keyOf={({ id }) => id} />
      )}
      {next !== null && (
        <ActionButton action={action} act={showMore}>
          {t.common.more}
        </ActionButton>
      )}
      <Failure problem={action.problem} />
    </section>
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

function columns(): Column<AuditEvent>[] {
  return [
    { title: t.admin.at, cell: ({ at }) => <time dateTime={at}>{showTime(at)}</time> },
    { title: t.admin.event, cell: ({ event }) => t.events[event] ?? event },
    { title: t.admin.user, cell: ({ userId }) => <Who id={userId} /> },
    { title: t.admin.actor, cell: ({ actorId, userId }) => (actorId === userId ? t.admin.self : <Who id={actorId} />) },
    { title: t.account.address, cell: ({ address, device }) => [device, address].filter(Boolean).join(', ') || '–' },
    { title: t.admin.details, cell: ({ details }) => <Details details={details} /> },
  ]
}

function Who({ id }: { id: string | null }) {
  return id ? (
    <a href={`/admin/users/${id}`} title={id}>
      <code>{id.slice(0, 8)}</code>
    </a>
  ) : (
    <>–</>
  )
}

function Details({ details }: { details: Record<string, unknown> }) {
  return (
    <small class="long">
      {Object.entries(details)
        .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`)
        .join('; ') || '–'}
    </small>
  )
}
