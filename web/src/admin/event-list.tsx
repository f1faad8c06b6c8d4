import { CircleAlert, CircleCheck } from 'lucide'
import { useState } from 'preact/hooks'
import { Dialog } from '../parts/dialog.tsx'
import { Icon } from '../parts/icon.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import { showTime } from '../text/text.ts'
import { isAlarming, titleOf, wordsOf } from './event-text.ts'
import { t } from './text.ts'
import type { AuditEvent, EventPerson } from './types.ts'

/** Two lines for each event; its title opens the rest. */
export function EventList({ label, events }: { label: string; events: AuditEvent[] }) {
  const [opened, setOpened] = useState<AuditEvent>()
  return (
    <>
      <ul class="plain event-list" aria-label={label}>
        {events.map(event => (
          <li key={event.id} class={isAlarming(event) ? 'alarming' : undefined}>
            <Icon icon={isAlarming(event) ? CircleAlert : CircleCheck} />
            <div>
              <button type="button" class="link" onClick={() => setOpened(event)}>
                {titleOf(event)}
              </button>
              <small class="quiet">
                <Who id={event.userId} person={event.user} />
                {event.actorId !== event.userId && (
                  <>
                    {` · ${t.admin.by} `}
                    <Who id={event.actorId} person={event.actor} />
                  </>
                )}
                {[event.device, event.address].filter(Boolean).map(part => ` · ${part}`)}
              </small>
            </div>
            <RelativeTime at={event.at} />
          </li>
        ))}
      </ul>
      {opened && <EventDialog event={opened} onClose={() => setOpened(undefined)} />}
    </>
  )
}

function Who({ id, person }: { id: string | null; person: EventPerson | null }) {
  if (id === null) return <>{t.admin.nobody}</>
  return (
    <a href={`/admin/users/${id}`} title={person?.email ?? id}>
      {person ? person.name : <code>{id.slice(0, 8)}</code>}
    </a>
  )
}

function EventDialog({ event, onClose }: { event: AuditEvent; onClose: () => void }) {
  const { id, at, userId, actorId, user, actor, device, address, requestId, details } = event
  return (
    <Dialog title={titleOf(event)} onClose={onClose}>
      <dl class="facts">
        <dt>{t.admin.at}</dt>
        <dd>{showTime(at)}</dd>
        <dt>{t.admin.user}</dt>
        <dd class="long">
          <Who id={userId} person={user} /> {user?.email}
        </dd>
        <dt>{t.admin.actor}</dt>
        <dd class="long">{actorId === userId ? t.admin.self : <Who id={actorId} person={actor} />}</dd>
        <dt>{t.account.device}</dt>
        <dd>{device ?? '–'}</dd>
        <dt>{t.account.address}</dt>
        <dd class="long">
          {address ? <a href={`/admin/audit?address=${encodeURIComponent(address)}`}>{address}</a> : '–'}
        </dd>
        {Object.entries(details).map(([name, value]) => (
          <>
            <dt key={name}>{name}</dt>
            <dd class="long">{wordsOf(value)}</dd>
          </>
        ))}
        <dt>{t.admin.requestId}</dt>
        <dd class="long">
          <code>{requestId ?? '–'}</code>
        </dd>
        <dt>{t.admin.eventId}</dt>
        <dd>{id}</dd>
      </dl>
      <div class="actions">
        <button type="button" class="outline secondary" onClick={onClose}>
          {t.admin.close}
        </button>
      </div>
    </Dialog>
  )
}
