import { Failure, Loading } from '../parts/feedback.tsx'
import { useLoad } from '../parts/use-load.ts'
import { admin } from './api.ts'
import { EventList } from './event-list.tsx'
import { t } from './text.ts'
import type { AuditEvent, PageOf } from './types.ts'

const PATH = '/api/v1/audit-events?event=authn_login_fail&limit=5'

export function NewestFailures() {
  const { data, problem, reload } = useLoad(() => admin<PageOf<AuditEvent>>('GET', PATH), [])
  return (
    <section>
      <h2>{t.admin.newestFailures}</h2>
      <Failure problem={problem} retry={reload} />
      {!data && !problem && <Loading />}
      {data?.items.length === 0 && <p class="quiet">{t.admin.failuresNone}</p>}
      {data && data.items.length > 0 && (
        <>
          <EventList label={t.admin.newestFailures} events={data.items} />
          <p>
            <a href="/admin/audit?event=authn_login_fail">{t.admin.allFailures}</a>
          </p>
        </>
      )}
    </section>
  )
}
