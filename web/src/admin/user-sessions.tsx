import { useState } from 'preact/hooks'
import { type ListedSession, sessionColumns } from '../account/session-columns.tsx'
import { ActionButton, useAction } from '../parts/action.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { Table } from '../parts/table.tsx'
import { admin } from './api.ts'
import { useMay } from './permissions.ts'
import { t } from './text.ts'
import { usePages } from './use-pages.ts'

/** @param path of the user */
export function UserSessions({ path }: { path: string }) {
  const mayEnd = useMay('sessions:write')
  const {
    items: data,
    next,
    problem,
    showMore,
    reload,
  } = usePages<ListedSession>(`${path}/sessions?limit=50`, 'cursor')
  const action = useAction()
  const [ended, setEnded] = useState<number>()
  async function endOne(id: string) {
    await admin('DELETE', `${path}/sessions/${id}`)
    setEnded(1)
    reload()
  }
  async function endAll() {
    await demandConfirmation({
      title: t.admin.confirm.endAll,
      effect: t.admin.confirm.endAllEffect,
      action: t.admin.endAll,
    })
    const { sessionsEnded } = await admin<{ sessionsEnded: number }>('DELETE', `${path}/sessions`)
    setEnded(sessionsEnded)
    reload()
  }
  const ending = {
    title: t.common.options,
    cell: ({ id, device }: ListedSession) => (
      <ActionButton
        action={action}
        act={() => endOne(id)}
        kind="outline secondary small"
        label={t.account.endOf(device)}
      >
        {t.account.end}
      </ActionButton>
    ),
  }
  return (
    <section>
      <h2>{t.admin.sessions}</h2>
      {ended !== undefined && <Done>{t.account.ended(ended)}</Done>}
      <Failure problem={problem ?? action.problem} />
      {!data && !problem && <Loading />}
      {data?.length === 0 && <EmptyState>{t.admin.sessionsNone}</EmptyState>}
      {data && data.length > 0 && (
        <>
          <Table
            label={t.admin.sessions}
            columns={[...sessionColumns(), ...(mayEnd ? [ending] : [])]}
            rows={data}
            keyOf={({ id }) => id}
          />
          {next !== null && (
            <ActionButton action={action} act={showMore}>
              {t.common.more}
            </ActionButton>
          )}
          {mayEnd && (
            <ActionButton action={action} act={endAll} kind="outline danger">
              {t.admin.endAll}
            </ActionButton>
          )}
        </>
      )}
    </section>
  )
}
