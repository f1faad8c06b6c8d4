import { useState } from 'preact/hooks'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Badge } from '../parts/badge.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { Select } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { keptClientSecret } from '../parts/kept-once.ts'
import { ShownOnce } from '../parts/shown-once.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { useLoad } from '../parts/use-load.ts'
import { useStore } from '../store.ts'
import { showDay, showTime } from '../text/text.ts'
import { admin } from './api.ts'
import { useMay } from './permissions.ts'
import { t } from './text.ts'
import type { ClientSecret } from './types.ts'

const LIFETIMES = [90, 365, 730, 3650]

export function ClientSecrets({ clientId, path }: { clientId: string; path: string }) {
  const { data, problem, reload } = useLoad(() => admin<{ items: ClientSecret[] }>('GET', `${path}/secrets`), [path])
  const mayWrite = useMay('clients:write')
  const kept = useStore(keptClientSecret)
  const [removed, setRemoved] = useState(false)
  const action = useAction()
  async function add({ expiresInDays }: Values) {
    const body = { expiresInDays: Number(expiresInDays) }
    const { secret } = await admin<{ secret: string }>('POST', `${path}/secrets`, body)
    setRemoved(false)
    keptClientSecret.set({ clientId, secret })
    reload()
  }
  async function remove({ id, prefix }: ClientSecret) {
    await demandConfirmation({
      title: t.clients.removeSecret(prefix),
      effect: t.clients.removeSecretEffect,
      action: t.common.remove,
    })
    await admin('DELETE', `${path}/secrets/${id}`)
    setRemoved(true)
    reload()
  }
  const removing: Column<ClientSecret> = {
    title: t.common.options,
    cell: secret => (
      <ActionButton
        action={action}
        act={() => remove(secret)}
        kind="outline danger small"
        label={`${t.common.remove}: ${secret.prefix}…`}
      >
        {t.common.remove}
      </ActionButton>
    ),
  }
  return (
    <section>
      <h2>{t.clients.secrets}</h2>
      {removed && <Done>{t.clients.secretRemoved}</Done>}
      <Failure problem={problem ?? action.problem} />
      {!data && !problem && <Loading />}
      {data?.items.length === 0 && <EmptyState>{t.clients.secretsNone}</EmptyState>}
      {data && data.items.length > 0 && (
        <Table
          label={t.clients.secrets}
          columns={[...columns(), ...(mayWrite ? [removing] : [])]}
          rows={data.items}
          keyOf={({ id }) => id}
        />
      )}
      {kept?.clientId === clientId ? (
        <ShownOnce
          title={t.clients.secretMadeTitle}
          lead={t.clients.secretMade}
          value={kept.secret}
          onDone={() => keptClientSecret.set(undefined)}
        />
      ) : (
        mayWrite && <NewSecret onSubmit={add} />
      )}
    </section>
  )
}

function columns(): Column<ClientSecret>[] {
  return [
    { title: t.clients.secret, cell: ({ prefix }) => <code>{prefix}…</code> },
    { title: t.admin.since, cell: ({ createdAt }) => showDay(createdAt) },
    {
      title: t.account.lastUsed,
      cell: ({ lastUsedAt }) => (lastUsedAt ? showTime(lastUsedAt) : t.common.never),
    },
    {
      title: t.account.expires,
      cell: ({ expires }) => (
        <>
          {expires ? showDay(expires) : t.common.never}{' '}
          {isPast(expires) && <Badge tone="bad">{t.clients.expired}</Badge>}
        </>
      ),
    },
  ]
}

const isPast = (time: string | null) => time !== null && Date.parse(time) <= Date.now()

function NewSecret({ onSubmit }: { onSubmit: (values: Values) => Promise<void> }) {
  return (
    <Form onSubmit={onSubmit} action={t.clients.addSecret}>
      <Select
        name="expiresInDays"
        label={t.account.tokenDays}
        value="365"
        options={LIFETIMES.map(days => ({ value: String(days), label: t.account.tokenFor(days) }))}
      />
    </Form>
  )
}
