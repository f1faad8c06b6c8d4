import { ActionButton, useAction } from '../parts/action.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Table } from '../parts/table.tsx'
import { useLoad } from '../parts/use-load.ts'
import { left } from '../session.ts'
import { showDay, t } from '../text/text.ts'
import { admin } from './api.ts'
import { Chart, type Day } from './chart.tsx'
import { useMay } from './permissions.ts'

type Numbers = { users: number; disabledUsers: number; liveSessions: number; countedTo: number; days: Day[] }

export function Overview() {
  const { data, problem, reload } = useLoad(() => admin<Numbers>('GET', '/api/v1/overview'), [])
  if (!data) return problem ? <Failure problem={problem} retry={reload} /> : <Loading />
  const { users, disabledUsers, liveSessions, countedTo, days } = data
  const shown = (count: number) => (count > countedTo ? t.admin.moreThan(countedTo) : count)
  const today = days.at(-1)
  return (
    <>
      <dl class="numbers">
        <Figure name={t.admin.users} value={shown(users)} note={t.admin.ofThemDisabled(shown(disabledUsers))} />
        <Figure name={t.admin.liveSessions} value={shown(liveSessions)} note={t.admin.now} />
        <Figure name={t.admin.signIns} value={today?.signIns ?? 0} note={t.admin.today} />
        <Figure name={t.admin.failures} value={today?.failures ?? 0} note={t.admin.today} />
      </dl>
      <section>
        <h2>{t.admin.chartTitle(days.length)}</h2>
        <Chart days={days} />
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
      title: t.confirm.endEverybody,
      effect: t.confirm.endEverybodyEffect,
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

function Figure({ name, value, note }: { name: string; value: number | string; note: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <strong>{value}</strong> <small>{note}</small>
      </dd>
    </div>
  )
}
