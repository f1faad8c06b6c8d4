import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Failure } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { saveFile } from '../parts/save-file.ts'
import { showToast } from '../parts/toast.tsx'
import { navigate } from '../router.ts'
import { left, session, type User } from '../session.ts'
import { site } from '../site.ts'
import { useStore } from '../store.ts'
import { CancelButton } from './open-button.tsx'
import { t } from './text.ts'

export function Data() {
  const action = useAction()
  const [asking, setAsking] = useState(false)
  async function download() {
    const data = await call('GET', '/auth/export')
    saveFile('account.json', 'application/json', JSON.stringify(data, null, 2))
  }
  return (
    <>
      <section>
        <h2>{t.account.exportTitle}</h2>
        <p>{t.account.exportLead}</p>
        <ActionButton action={action} act={download}>
          {t.account.exportSubmit}
        </ActionButton>
        <Failure problem={action.problem} />
      </section>
      <section>
        <h2>{t.account.deleteTitle}</h2>
        <p>{t.account.deleteLead}</p>
        <button type="button" class="outline danger" onClick={() => setAsking(true)}>
          {t.account.deleteOpen}
        </button>
        {asking && <DeleteDialog onClose={() => setAsking(false)} />}
      </section>
    </>
  )
}

function DeleteDialog({ onClose }: { onClose: () => void }) {
  const state = useStore(session)
  async function remove(typed: Values) {
    await call('POST', '/auth/delete-account', typed)
    left()
    navigate('/', 'replace')
    showToast(() => t.account.deleted)
  }
  return (
    <Dialog title={t.account.deleteQuestion} onClose={onClose}>
      <p>{t.account.deleteGone}</p>
      <ul>
        {t.account.deleteList(site.hasApplications).map(item => (
          <li key={item}>{item}</li>
        ))}
      </ul>
      <p>{t.account.deleteLogs(site.auditDays)}</p>
      <Form onSubmit={remove} action={t.account.deleteSubmit} danger beside={<CancelButton onCancel={onClose} />}>
        {state.is === 'in' && <Confirmation user={state.me.user} />}
      </Form>
    </Dialog>
  )
}

/** Someone who has neither an address nor a username has nothing to type. */
function Confirmation({ user: { email, username } }: { user: User }) {
  const rest = { required: true, autocomplete: 'off', autocapitalize: 'none' } as const
  if (email !== null) return <Field name="email" type="email" label={t.account.deleteEmail} {...rest} />
  return username === null ? null : <Field name="username" label={t.account.deleteUsername} {...rest} />
}
