import { ActionButton, useAction } from '../parts/action.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { useLoad } from '../parts/use-load.ts'
import { left } from '../session.ts'
import { admin } from './api.ts'
import { Health, type HealthFacts } from './health.tsx'
import { NewestFailures } from './newest-failures.tsx'
import { useMay } from './permissions.ts'
import { type History, SignInHistory } from './sign-in-history.tsx'
import { t } from './text.ts'

type Numbers = History & {
  users: number
  disabledUsers: number
  liveSessions: number
  countedTo: number
  health: HealthFacts
}

export function Overview() {
  const { data, problem, reload } = useLoad(() => admin<Numbers>('GET', '/api/v1/overview'), [])
  const maySeeUsers = useMay('users:read')
  if (!data) return problem ? <Failure problem={problem} retry={reload} /> : <Loading />
  const { users, disabledUsers, liveSessions, countedTo, days, hours, health } = data
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
      <SignInHistory days={days} hours={hours} />
      <NewestFailures />
      <Health {...health} shown={shown} />
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
