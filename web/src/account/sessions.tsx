import { useState } from 'preact/hooks'
import { usePages } from '../admin/use-pages.ts'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Badge } from '../parts/badge.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { signOut } from '../session.ts'
import { showDay, t } from '../text/text.ts'
import { DevicesSection } from './devices.tsx'

export type ListedSession = {
  id: string
  current: boolean
  device: string
  address: string | null
  createdAt: string
  lastSeenAt: string
  expires: string
  factors: string[]
}

export function SessionsAndDevices() {
  return (
    <>
      <SessionsSection />
      <DevicesSection />
    </>
  )
}

/** The columns that a session has wherever it is listed. */
export function sessionColumns(): Column<ListedSession>[] {
  return [
    {
      title: t.account.device,
      cell: ({ device, current }) => (
        <>
          {device} {current && <Badge tone="good">{t.account.thisOne}</Badge>}
        </>
      ),
    },
    { title: t.account.address, cell: ({ address }) => address ?? t.common.unknown },
    {
      title: t.account.signedIn,
      cell: ({ createdAt, factors }) => (
        <>
          <time dateTime={createdAt}>{showDay(createdAt)}</time>
          <small class="quiet">{t.account.by(factors.map(each => t.factors[each] ?? each).join(', '))}</small>
        </>
      ),
    },
    { title: t.account.lastSeen, cell: ({ lastSeenAt }) => <RelativeTime at={lastSeenAt} /> },
  ]
}

function SessionsSection() {
  const {
    items: data,
    next,
    problem,
    showMore,
    reload,
  } = usePages<ListedSession>('/auth/sessions?limit=50', 'cursor', call)
  const [ended, setEnded] = useState<number>()
  const action = useAction()
  async function end({ id, current }: ListedSession) {
    if (current) return await signOut()
    await call('DELETE', `/auth/sessions/${id}`)
    setEnded(1)
    reload()
  }
  async function endOthers() {
    await demandConfirmation({
      title: t.confirm.endOthers,
      effect: t.confirm.endOthersEffect,
      action: t.account.endAll,
    })
    const { ended: count } = await call<{ ended: number }>('DELETE', '/auth/sessions')
    setEnded(count)
    reload()
  }
  if (!data) return problem ? <Failure problem={problem} retry={reload} /> : <Loading />
  const columns: Column<ListedSession>[] = [
    ...sessionColumns(),
    {
      title: t.common.options,
      cell: row => (
        <ActionButton
          action={action}
          act={() => end(row)}
          kind="outline secondary small"
          label={t.account.endOf(row.device)}
        >
          {row.current ? t.common.signOut : t.account.end}
        </ActionButton>
      ),
    },
  ]
  return (
    <section>
      <p>{t.account.sessionsLead}</p>
      {ended !== undefined && <Done>{t.account.ended(ended)}</Done>}
      <Table label={t.account.sessionsTitle} columns={columns} rows={data} keyOf={({ id }) => id} />
      {next !== null && (
        <ActionButton action={action} act={showMore}>
          {t.common.more}
        </ActionButton>
      )}
      {data.length === 1 ? (
        <p class="quiet">{t.account.onlyThis}</p>
      ) : (
        <ActionButton action={action} act={endOthers} kind="outline danger">
          {t.account.endAll}
        </ActionButton>
      )}
      <Failure problem={action.problem} />
    </section>
  )
}
