import { ActionButton, useAction } from '../parts/action.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { EventList } from './event-list.tsx'
import { t } from './text.ts'
import type { AuditEvent } from './types.ts'
import { usePages } from './use-pages.ts'

/** What happened to a user, newest first. */
export function UserActivity({ id }: { id: string }) {
  const path = `/api/v1/audit-events?limit=30&userId=${id}`
  const { items, next, problem, showMore, reload } = usePages<AuditEvent>(path, 'before')
  const action = useAction()
  return (
    <section>
      <Failure problem={problem} retry={reload} />
      {!items && !problem && <Loading />}
      {items?.length === 0 && <EmptyState>{t.admin.eventsNone}</EmptyState>}
      {items && items.length > 0 && <EventList label={t.admin.userTabs.activity} events={items} />}
      {next !== null && (
        <ActionButton action={action} act={showMore}>
          {t.common.more}
        </ActionButton>
      )}
      <Failure problem={action.problem} />
      <p>
        <a href={`/admin/audit?userId=${id}`}>{t.admin.eventsOf}</a>
      </p>
    </section>
  )
}
