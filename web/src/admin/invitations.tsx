import { MailPlus } from 'lucide'
import { ActionButton, useAction } from '../parts/action.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Page } from '../parts/page.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { showToast } from '../parts/toast.tsx'
import { showDay } from '../text/text.ts'
import { admin } from './api.ts'
import { Invite } from './invite.tsx'
import { useMay, useMayInvite } from './permissions.ts'
import { t } from './text.ts'
import type { EventPerson } from './types.ts'
import { usePages } from './use-pages.ts'

type Invitation = {
  id: string
  email: string | null
  invitedBy: EventPerson | null
  createdAt: string
  expires: string
}

const PATH = '/api/v1/invitations'

/** Neither accepted nor expired. */
export function Invitations() {
  const mayWithdraw = useMay('users:write')
  const mayInvite = useMayInvite()
  const { items, next, problem, showMore, reload } = usePages<Invitation>(`${PATH}?limit=25`, 'cursor')
  const action = useAction()
  async function resend({ id, email }: Invitation) {
    await admin('POST', `${PATH}/${id}/resend`)
    showToast(() => t.admin.resent(email ?? ''))
    reload()
  }
  async function withdraw({ id, email }: Invitation) {
    await demandConfirmation({
      title: email === null ? t.admin.confirm.withdrawOpen : t.admin.confirm.withdraw(email),
      effect: t.admin.confirm.withdrawEffect,
      action: t.admin.withdraw,
    })
    await admin('DELETE', `${PATH}/${id}`)
    showToast(() => t.admin.withdrawn)
    reload()
  }
  const buttons: Column<Invitation> = {
    title: t.common.options,
    cell: invitation => (
      <div class="actions">
        {mayInvite && invitation.email !== null && (
          <ActionButton
            action={action}
            act={() => resend(invitation)}
            kind="outline small"
            label={`${t.admin.resend}: ${invitation.email}`}
          >
            {t.admin.resend}
          </ActionButton>
        )}
        <ActionButton
          action={action}
          act={() => withdraw(invitation)}
          kind="outline danger small"
          label={`${t.admin.withdraw}: ${nameOf(invitation)}`}
        >
          {t.admin.withdraw}
        </ActionButton>
      </div>
    ),
  }
  return (
    <>
      <p class="back">
        <a href="/admin/users">← {t.admin.allUsers}</a>
      </p>
      <Page title={t.admin.invitations} width="wide" beside={mayInvite && <Invite onInvited={reload} />}>
        <section>
          <Failure problem={problem} retry={reload} />
          <Failure problem={action.problem} />
          {!items && !problem && <Loading />}
          {items?.length === 0 && <EmptyState icon={MailPlus}>{t.admin.invitationsNone}</EmptyState>}
          {items && items.length > 0 && (
            <Table
              label={t.admin.invitations}
              columns={mayWithdraw ? [...columns(), buttons] : columns()}
              rows={items}
              keyOf={({ id }) => id}
            />
          )}
          {items && next !== null && (
            <ActionButton action={action} act={showMore}>
              {t.common.more}
            </ActionButton>
          )}
        </section>
      </Page>
    </>
  )
}

const nameOf = ({ email }: Invitation) => email ?? t.admin.anyoneWithLink

function columns(): Column<Invitation>[] {
  return [
    { title: t.common.email, cell: invitation => <span class="long">{nameOf(invitation)}</span> },
    {
      title: t.admin.invitedBy,
      cell: ({ invitedBy }) =>
        invitedBy ? <a href={`/admin/users/${invitedBy.id}`}>{invitedBy.name}</a> : t.admin.commandLine,
    },
    { title: t.admin.sent, cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
    { title: t.account.expires, cell: ({ expires }) => showDay(expires) },
  ]
}
