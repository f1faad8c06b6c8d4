import { useState } from 'preact/hooks'
import { ActionButton, useAction } from '../parts/action.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Failure } from '../parts/feedback.tsx'
import { Form } from '../parts/form.tsx'
import { showToast } from '../parts/toast.tsx'
import { navigate } from '../router.ts'
import { admin } from './api.ts'
import { t } from './text.ts'
import type { User } from './types.ts'

type DangerZoneProps = { user: User; path: string; onChanged: () => void }

/** Closed until somebody opens it. */
export function DangerZone({ user, path, onChanged }: DangerZoneProps) {
  const action = useAction()
  const [deleting, setDeleting] = useState(false)
  async function disable() {
    await demandConfirmation({
      title: t.admin.confirm.disable(user.name),
      effect: t.admin.confirm.disableEffect,
      action: t.admin.disable,
    })
    await admin('POST', `${path}/disable`)
    showToast(() => t.admin.disableDone)
    onChanged()
  }
  return (
    <details class="danger-zone">
      <summary>{t.admin.dangerZone}</summary>
      <Failure problem={action.problem} />
      {!user.disabled && (
        <div class="row">
          <p>{t.admin.disableLead}</p>
          <ActionButton action={action} act={disable} kind="outline danger">
            {t.admin.disable}
          </ActionButton>
        </div>
      )}
      <div class="row">
        <p>{t.admin.removeLead}</p>
        <button type="button" class="outline danger" onClick={() => setDeleting(true)}>
          {t.admin.remove}
        </button>
      </div>
      {deleting && <DeleteDialog user={user} path={path} onClose={() => setDeleting(false)} />}
    </details>
  )
}

function DeleteDialog({ user, path, onClose }: { user: User; path: string; onClose: () => void }) {
  async function remove() {
    await admin('DELETE', path)
    navigate('/admin/users', 'replace')
    showToast(() => t.admin.removeDone(user.name))
  }
  return (
    <Dialog title={t.admin.removeTitle(user.name)} onClose={onClose}>
      <p>{t.admin.removeLead}</p>
      <Form
        onSubmit={remove}
        action={t.admin.remove}
        danger
        beside={
          <button type="button" class="outline secondary" onClick={onClose}>
            {t.common.cancel}
          </button>
        }
      />
    </Dialog>
  )
}
