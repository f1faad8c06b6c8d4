import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Badge } from '../parts/badge.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { useLoad } from '../parts/use-load.ts'
import { t } from '../text/text.ts'

type Device = {
  id: string
  device: string
  address: string | null
  lastSeenAt: string
  trusted: boolean
  current: boolean
}

export function DevicesSection() {
  const { data, problem, reload } = useLoad(() => call<Device[]>('GET', '/auth/devices'), [])
  const [forgotten, setForgotten] = useState(false)
  const action = useAction()
  async function forget(path: string, title: string) {
    await demandConfirmation({ title, effect: t.confirm.forgetEffect, action: t.account.forget })
    await call('DELETE', path)
    setForgotten(true)
    reload()
  }
  if (!data) return problem ? <Failure problem={problem} retry={reload} /> : <Loading />
  const columns: Column<Device>[] = [
    {
      title: t.account.device,
      cell: ({ device, current, trusted }) => (
        <>
          {device} {current && <Badge tone="good">{t.account.thisOne}</Badge>}
          {trusted && <Badge>{t.account.trusted}</Badge>}
        </>
      ),
    },
    { title: t.account.address, cell: ({ address }) => address ?? t.common.unknown },
    { title: t.account.lastSeen, cell: ({ lastSeenAt }) => <RelativeTime at={lastSeenAt} /> },
    {
      title: t.common.options,
      cell: ({ id, device }) => (
        <ActionButton
          action={action}
          act={() => forget(`/auth/devices/${id}`, t.confirm.forget(device))}
          kind="outline secondary small"
          label={t.account.forgetOf(device)}
        >
          {t.account.forget}
        </ActionButton>
      ),
    },
  ]
  return (
    <section>
      <h2>{t.account.devicesTitle}</h2>
      <p>{t.account.devicesLead}</p>
      {forgotten && <Done>{t.account.forgotten}</Done>}
      {data.length === 0 ? (
        <EmptyState>{t.account.devicesNone}</EmptyState>
      ) : (
        <Table label={t.account.devicesTitle} columns={columns} rows={data} keyOf={({ id }) => id} />
      )}
      {data.length > 1 && (
        <ActionButton action={action} act={() => forget('/auth/devices', t.confirm.forgetOthers)} kind="outline danger">
          {t.account.forgetAll}
        </ActionButton>
      )}
      <Failure problem={action.problem} />
    </section>
  )
}
