import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Badge } from '../parts/badge.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Table } from '../parts/table.tsx'
import { useLoad } from '../parts/use-load.ts'
import { left } from '../session.ts'
import { showDay, textFor } from '../text/text.ts'
import { admin } from './api.ts'
import { Chart, type Day } from './chart.tsx'
import { Chips } from './chips.tsx'
import { NewestFailures } from './newest-failures.tsx'
import { useMay } from './permissions.ts'
import { t } from './text.ts'

type Numbers = { users: number; disabledUsers: number; liveSessions: number; countedTo: number; days: Day[] }

export function Overview() {
  const { data, problem, reload } = useLoad(() => admin<Numbers>('GET', '/api/v1/overview'), [])
  const [span, setSpan] = useState('30')
  const maySeeUsers = useMay('users:read')
  if (!data) return problem ? <Failure problem={problem} retry={reload} /> : <Loading />
  const { users, disabledUsers, liveSessions, countedTo } = data
  const days = data.days.slice(-Number(span))
  const shown = (count: number) => (count > countedTo ? t.admin.moreThan(countedTo) : count)
  const today = days.at(-1)
  return (
    <>
      <dl class="numbers">
        <Figure
          name={t.admin.users}
          value={shown(users)}
          note={t.admin.ofThemDisabled(shown(disabledUsers))}
          to={maySeeUsers ? '/admin/users' : undefined}
          noteTo={maySeeUsers && disabledUsers > 0 ? '/admin/users?disabled=true' : undefined}
        />
        <Figure name={t.admin.liveSessions} value={shown(liveSessions)} note={t.admin.now} />
        <Figure
          name={t.admin.signIns}
          value={today?.signIns ?? 0}
          note={t.admin.today}
          to="/admin/audit?event=authn_login_success&range=24h"
        />
        <Figure
          name={t.admin.failures}
          value={today?.failures ?? 0}
          note={t.admin.today}
          to="/admin/audit?event=authn_login_fail&range=24h"
        />
      </dl>
      <section>
        <h2>{t.admin.chartTitle(days.length)}</h2>
        <Chips
          label={t.admin.range}
          chosen={span}
          onChoose={chosen => setSpan(chosen || '30')}
          chips={['7', '30'].map(value => ({ value, name: textFor(t.admin.ranges, `${value}d`) ?? value }))}
        />
        <Chart key={span} days={days} />
        <details>
          <summary>{t.admin.asTable}</summary>
          <Table
            label={t.admin.chartTitle(days.length)}
            columns={[
              { title: t.admin.day, cell: ({ day }) => showDay(day) },
              { title: t.admin.signIns, cell: ({ signIns }) => signIns },
              { title: t.admin.failures, cell: ({ failures }) => failures },
              { title: t.admin.liveSessions, cell: ({ liveSessions }) => liveSessions ?? '–' },
            ]}
            rows={days.toReversed()}
            keyOf={({ day }) => day}
          />
        </details>
      </section>
      <NewestFailures />
      <Health />
      <EndAll />
    </>
  )
}

/** For emergencies; also signs out the administrator who presses it. */
function EndAll() {
  const mayEnd = useMay('sessions:write')
  const action = useAction()
  if (!mayEnd) return null
  async function endAll() {
    await demandConfirmation({
      title: t.admin.confirm.endEverybody,
      effect: t.admin.confirm.endEverybodyEffect,
      action: t.admin.endEverybody,
    })
    await admin('POST', '/api/v1/sessions/end-all', { confirm: true })
    left('admin')
  }
  return (
    <section>
      <h2>{t.admin.emergency}</h2>
      <p>{t.admin.emergencyLead}</p>
      <Failure problem={action.problem} />
      <ActionButton action={action} act={endAll} kind="outline danger">
        {t.admin.endEverybody}
      </ActionButton>
    </section>
  )
}

type FigureProps = {
  name: string
  value: number | string
  note: string
  /** The list that it counts. */
  to?: string | undefined
  noteTo?: string | undefined
}

function Figure({ name, value, note, to, noteTo }: FigureProps) {
  return (
    <div>
      <dt>{to ? <a href={to}>{name}</a> : name}</dt>
      <dd>
        <strong>{value}</strong> <small>{noteTo ? <a href={noteTo}>{note}</a> : note}</small>
      </dd>
    </div>
  )
}

/** As /readyz says it, which monitoring asks as well. */
function Health() {
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
    </section>
  )
}
