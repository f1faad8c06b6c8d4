import { call } from '../api.ts'
import { Badge } from '../parts/badge.tsx'
import { Failure } from '../parts/feedback.tsx'
import { useLoad } from '../parts/use-load.ts'
import { t } from './text.ts'

export type HealthFacts = {
  version: string
  database: 'sqlite' | 'postgres'
  mailsWaiting: number
  mailsFailed: number
  audit: 'intact' | 'broken' | 'key-missing'
}

type HealthProps = HealthFacts & {
  /** Of a number that may be too large to be counted. */
  shown: (count: number) => number | string
}

const DATABASES = { sqlite: 'SQLite', postgres: 'PostgreSQL' }

/** Whether it is ready, as monitoring asks it too, and what the overview knows of it. */
export function Health({ version, database, mailsWaiting, mailsFailed, audit, shown }: HealthProps) {
  const { data, problem, reload } = useLoad(() => call<{ channel: 'alive' | 'lost' }>('GET', '/readyz'), [])
  return (
    <section>
      <h2>{t.admin.health}</h2>
      <Failure problem={problem} retry={reload} />
      {data && (
        <p class="badges">
          <Badge tone="good">{t.admin.ready}</Badge>
          {data.channel === 'lost' && <Badge tone="warning">{t.admin.channelLost}</Badge>}
        </p>
      )}
      <dl class="facts">
        <dt>{t.admin.version}</dt>
        <dd>{version}</dd>
        <dt>{t.admin.database}</dt>
        <dd>{DATABASES[database]}</dd>
        <dt>{t.admin.mailQueue}</dt>
        <dd class="badges">
          {t.admin.mailsWaiting(shown(mailsWaiting))}
          {mailsFailed > 0 && <Badge tone="bad">{t.admin.mailsFailed(shown(mailsFailed))}</Badge>}
        </dd>
        <dt>{t.admin.sections.audit}</dt>
        <dd>
          {audit === 'intact' ? t.admin.auditNewest.intact : <Badge tone="bad">{t.admin.auditNewest[audit]}</Badge>}
        </dd>
      </dl>
    </section>
  )
}
