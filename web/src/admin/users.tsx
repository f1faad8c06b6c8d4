import { useState } from 'preact/hooks'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Done, Empty, Failure, Loading } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { showDay, t } from '../text/text.ts'
import { admin } from './api.ts'
import { useMay } from './permissions.ts'
import type { User } from './types.ts'
import { usePages } from './use-pages.ts'
import { type Filters, UserFilters } from './user-filters.tsx'

/** The filters stand in the address, so that Back from a user finds them again. */
function filtersHere(): Filters {
  const query = new URLSearchParams(location.search)
  return { q: query.get('q') ?? '', role: query.get('role') ?? '', disabled: query.get('disabled') ?? '' }
}

function queryOf(filters: Filters) {
  return new URLSearchParams(Object.entries(filters).filter(([, value]) => value)).toString()
}

export function Users() {
  const [filters, setFilters] = useState(filtersHere)
  const query = queryOf(filters)
  const { items, next, problem, showMore, reload } = usePages<User>(`/api/v1/users?limit=25&${query}`, 'cursor')
  const action = useAction()
  function change(changed: Filters) {
    const wanted = queryOf(changed)
    history.replaceState(null, '', wanted ? `?${wanted}` : location.pathname)
    setFilters(changed)
  }
  return (
    <section>
      <UserFilters filters={filters} onChange={change} />
      <Invite />
      <Failure problem={problem} retry={reload} />
      {!items && !problem && <Loading />}
      {items?.length === 0 && <Empty>{t.admin.usersNone}</Empty>}
      {items && items.length > 0 && (
        <Table label={t.admin.users} columns={columns()} rows={items} keyOf={({ id }) => id} />
      )}
      {next !== null && items && (
        <ActionButton action={action} act={showMore}>
          {t.common.more}
        </ActionButton>
      )}
      <Failure problem={action.problem} />
    </section>
  )
}

function columns(): Column<User>[] {
  return [
    {
      title: t.common.name,
      cell: ({ id, name, disabled }) => (
        <>
          <a href={`/admin/users/${id}`}>{name}</a> {disabled && <span class="tag bad">{t.admin.disabled}</span>}
        </>
      ),
    },
    {
      title: t.common.email,
      cell: user => <Address user={user} />,
    },
    { title: t.account.roles, cell: ({ roles }) => roles.join(', ') || '–' },
    { title: t.admin.since, cell: ({ createdAt }) => showDay(createdAt) },
  ]
}

export function Address({ user: { email, emailVerified } }: { user: User }) {
  if (email === null) return <>–</>
  return (
    <>
      <span class="long">{email}</span> {!emailVerified && <small class="quiet">{t.admin.unverified}</small>}
    </>
  )
}

function Invite() {
  const may = useMay('users:write')
  const [open, setOpen] = useState(false)
  const [invited, setInvited] = useState<string>()
  if (!may) return null
  async function invite({ email }: Values) {
    await admin('POST', '/api/v1/users', { email })
    setInvited(email)
    setOpen(false)
  }
  return (
    <>
      <p>
        <button type="button" onClick={() => setOpen(true)}>
          {t.admin.invite}
        </button>
      </p>
      {invited && <Done>{t.admin.invited(invited)}</Done>}
      {open && (
        <Dialog title={t.admin.invite} onClose={() => setOpen(false)}>
          <p>{t.admin.inviteLead}</p>
          <Form
            onSubmit={invite}
            action={t.admin.inviteSubmit}
            beside={
              <button type="button" class="outline secondary" onClick={() => setOpen(false)}>
                {t.common.cancel}
              </button>
            }
          >
            <Field name="email" type="email" label={t.common.email} required autofocus autocomplete="off" />
          </Form>
        </Dialog>
      )}
    </>
  )
}
