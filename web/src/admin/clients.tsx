import { useState } from 'preact/hooks'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Badge } from '../parts/badge.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Field, Select, TextArea } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { Page } from '../parts/page.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { navigate } from '../router.ts'
import { showDay } from '../text/text.ts'
import { admin } from './api.ts'
import { wordsOf } from './client-form.tsx'
import { useMay } from './permissions.ts'
import { t } from './text.ts'
import type { Client } from './types.ts'
import { usePages } from './use-pages.ts'

export function Clients() {
  const { items, next, problem, showMore, reload } = usePages<Client>('/api/v1/clients?limit=25', 'cursor')
  const mayWrite = useMay('clients:write')
  const [creating, setCreating] = useState(false)
  const action = useAction()
  const create = mayWrite && (
    <button type="button" onClick={() => setCreating(true)}>
      {t.clients.create}
    </button>
  )
  return (
    <Page title={t.admin.sections.clients} width="wide" beside={create}>
      <section>
        <p>{t.clients.lead}</p>
        <Failure problem={problem} retry={reload} />
        {!items && !problem && <Loading />}
        {items?.length === 0 && <EmptyState>{t.clients.none}</EmptyState>}
        {items && items.length > 0 && (
          <Table label={t.admin.sections.clients} columns={columns()} rows={items} keyOf={({ id }) => id} />
        )}
        {next !== null && items && (
          <ActionButton action={action} act={showMore}>
            {t.common.more}
          </ActionButton>
        )}
        <Failure problem={action.problem} />
      </section>
      {creating && <NewClient onClose={() => setCreating(false)} />}
    </Page>
  )
}

function columns(): Column<Client>[] {
  return [
    {
      title: t.common.name,
      cell: ({ id, name, disabled }) => (
        <>
          <a href={`/admin/clients/${id}`}>{name}</a> {disabled && <Badge tone="bad">{t.admin.disabled}</Badge>}
        </>
      ),
    },
    { title: t.clients.id, cell: ({ id }) => <code class="long">{id}</code> },
    { title: t.clients.roles, cell: ({ roles }) => roles?.join(', ') ?? t.clients.everyUser },
    { title: t.admin.since, cell: ({ createdAt }) => showDay(createdAt) },
  ]
}

/** The usual kinds; everything else is changed afterwards. */
function NewClient({ onClose }: { onClose: () => void }) {
  async function create({ name, redirectUris, kind }: Values) {
    const open = { authMethod: 'none', applicationType: kind === 'native' ? 'native' : 'web' }
    const body = { name, redirectUris: wordsOf(redirectUris), ...(kind !== 'server' && open) }
    const { id } = await admin<Client>('POST', '/api/v1/clients', body)
    navigate(`/admin/clients/${id}`)
  }
  return (
    <Dialog title={t.clients.create} onClose={onClose}>
      <Form
        onSubmit={create}
        action={t.clients.create}
        beside={
          <button type="button" class="outline secondary" onClick={onClose}>
            {t.common.cancel}
          </button>
        }
      >
        <Field
          name="name"
          label={t.common.name}
          hint={t.clients.nameHint}
          required
          autofocus
          autocomplete="off"
          maxLength={100}
        />
        <Select
          name="kind"
          label={t.clients.kind}
          value="server"
          options={[
            { value: 'server', label: t.clients.kindServer },
            { value: 'browser', label: t.clients.kindBrowser },
            { value: 'native', label: t.clients.kindNative },
          ]}
        />
        <TextArea
          name="redirectUris"
          label={t.clients.redirectUris}
          hint={t.clients.redirectUrisHint}
          initial=""
          required
        />
      </Form>
    </Dialog>
  )
}
