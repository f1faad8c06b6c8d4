import { History } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { showRelativeDay, showWeekday } from '../text/text.ts'
import { type ActivityEvent, EventRow } from './event-row.tsx'
import { t } from './text.ts'

type Answer = { events: ActivityEvent[]; next: number | null }

export function Activity() {
  const [events, setEvents] = useState<ActivityEvent[]>()
  const [next, setNext] = useState<number | null>(null)
  const action = useAction()
  async function load() {
    const answer = await call<Answer>('GET', `/auth/activity?limit=30${next ? `&before=${next}` : ''}`)
    setEvents((before = []) => [...before, ...answer.events])
    setNext(answer.next)
  }
  useEffect(() => action.run(load), [])
  if (!events) return <section>{action.problem ? <Failure problem={action.problem} /> : <Loading />}</section>
  return (
    <section>
      <p class="quiet">{t.account.activityLead}</p>
      {events.length === 0 && <EmptyState icon={History}>{t.account.activityNone}</EmptyState>}
      {[...Map.groupBy(events, ({ at }) => new Date(at).toDateString())].map(([day, ofDay]) => (
        <Day key={day} events={ofDay} />
      ))}
      {next !== null && (
        <ActionButton action={action} act={load}>
          {t.common.more}
        </ActionButton>
      )}
      <Failure problem={action.problem} />
    </section>
  )
}

const DAY = 86_400_000
const isRecent = (at: string) => Date.now() - Date.parse(at) < 2 * DAY

function Day({ events }: { events: ActivityEvent[] }) {
  const at = events[0]?.at ?? ''
  const title = [isRecent(at) && showRelativeDay(at), showWeekday(at)].filter(Boolean).join(', ')
  return (
    <>
      <h2 class="day">{title.charAt(0).toUpperCase() + title.slice(1)}</h2>
      <ul class="things">
        {events.map(event => (
          <EventRow key={event.id} event={event} />
        ))}
      </ul>
    </>
  )
}
