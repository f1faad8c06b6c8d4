import { UserPlus } from 'lucide'
import { useState } from 'preact/hooks'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { Icon } from '../parts/icon.tsx'
import { showToast } from '../parts/toast.tsx'
import { admin } from './api.ts'
import { t } from './text.ts'

export function Invite({ onInvited }: { onInvited?: () => void }) {
  const [open, setOpen] = useState(false)
  async function invite({ email = '' }: Values) {
    await admin('POST', '/api/v1/users', { email })
    showToast(() => t.admin.invited(email))
    setOpen(false)
    onInvited?.()
  }
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        <Icon icon={UserPlus} />
        {t.admin.invite}
      </button>
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
