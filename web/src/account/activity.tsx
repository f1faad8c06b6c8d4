import { useEffect, useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { showTime, t } from '../text/text.ts'

type Event = {
  id: number
  at: string
  event: string
  address: string | null
  device: string
  details: Record<string, unknown>
  byMe: boolean
}
type Answer = { events: Event[]; next: number | null }

export function Activity() {
  const [events, setEvents] = useState<Event[]>()
  const [next, setNext] = useState<number | null>(null)
  const action = useAction()
  async function load() {
    const answer = await call<Answer>('GET', `/auth/activity?limit=30${next ? `&before=${next}` : ''}`)
    setEvents((before = []) => [...before, ...answer.events])
    setNext(answer.next)
  }
  useEffect(() => action.run(load), [])
  if (!events) return action.problem ? <Failure problem={action.problem} /> : <Loading />
  return (
    <section>
      <p>{t.account.activityLead}</p>
      {events.length === 0 && <EmptyState>{t.account.activityNone}</EmptyState>}
      <ul class="plain events">
        {events.map(({ id, event, at, address, device, byMe }) => (
          <li key={id} class="row">
            <div>
              <strong>{t.events[event] ?? event}</strong>
              <br />
              <small class="quiet">
                {[byMe ? '' : t.account.byOther, device, address].filter(Boolean).join(' · ')}
              </small>
            </div>
            <time dateTime={at}>{showTime(at)}</time>
          </li>
        ))}
      </ul>
      {next !== null && (
        <ActionButton action={action} act={load}>
          {t.common.more}
        </ActionButton>
      )}
      <Failure problem={action.problem} />
    </section>
  )
}
