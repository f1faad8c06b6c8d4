import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Badge } from '../parts/badge.tsx'
import { Failure } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { ResendButton } from '../parts/resend.tsx'
import { showToast } from '../parts/toast.tsx'
import { useLoad } from '../parts/use-load.ts'
import { CancelButton, OpenButton } from './open-button.tsx'
import { Row } from './row.tsx'
import { t } from './text.ts'
import { useOpener } from './use-opener.ts'

type EmailRowProps = { email: string | null; verified: boolean }

/** The email, and a change of it that waits for its confirmation. */
export function EmailRow({ email, verified }: EmailRowProps) {
  const pending = useLoad(() => call<{ email: string | null }>('GET', '/auth/change-email'), [email])
  const [sentAt, setSentAt] = useState<number>()
  const editor = useOpener()
  async function change(newEmail: string | undefined) {
    await call('POST', '/auth/change-email', { email: newEmail })
    setSentAt(Date.now())
    showToast(() => t.account.emailDone)
    editor.close()
    pending.reload()
  }
  const newEmail = pending.data?.email
  const button = (
    <OpenButton opener={editor} label={email === null ? undefined : t.account.emailSubmit}>
      {email === null ? t.account.emailAdd : t.account.change}
    </OpenButton>
  )
  return (
    <Row label={t.common.email} button={!newEmail && button}>
      {email === null ? (
        <span class="quiet">{t.account.emailNone}</span>
      ) : (
        <Address email={email} verified={verified} />
      )}
      <Failure problem={pending.problem} retry={pending.reload} />
      {newEmail && (
        <PendingChange email={newEmail} sentAt={sentAt} onResend={() => change(newEmail)} reload={pending.reload} />
      )}
      {editor.isOpen && !newEmail && (
        <EmailForm
          action={email === null ? t.account.emailAdd : t.account.emailSubmit}
          onSubmit={typed => change(typed.newEmail)}
          onCancel={editor.close}
        />
      )}
    </Row>
  )
}

type EmailFormProps = { action: string; onSubmit: (typed: Values) => Promise<void>; onCancel: () => void }

function EmailForm({ action, onSubmit, onCancel }: EmailFormProps) {
  return (
    <Form
      onSubmit={onSubmit}
      action={action}
      aliases={{ email: 'newEmail' }}
      beside={<CancelButton onCancel={onCancel} />}
    >
      <Field
        name="newEmail"
        type="email"
        label={t.account.emailNew}
        hint={t.account.emailHint}
        required
        autofocus
        autocomplete="email"
      />
    </Form>
  )
}

function Address({ email, verified }: { email: string; verified: boolean }) {
  const [sentAt, setSentAt] = useState<number>()
  const action = useAction()
  async function resend() {
    await call('POST', '/auth/verify-email/resend')
    setSentAt(Date.now())
    showToast(() => t.account.resent)
  }
  return (
    <>
      <div class="badges">
        <span class="long">{email}</span>
        {verified ? (
          <Badge tone="good">{t.account.confirmed}</Badge>
        ) : (
          <Badge tone="warning">{t.account.notConfirmed}</Badge>
        )}
        {!verified && (
          <ResendButton action={action} send={resend} sentAt={sentAt}>
            {t.account.resend}
          </ResendButton>
        )}
      </div>
      <Failure problem={action.problem} />
    </>
  )
}

type PendingChangeProps = {
  email: string
  /** In ms since 1970, where it was sent on this page. */
  sentAt: number | undefined
  onResend: () => Promise<void>
  reload: () => void
}

function PendingChange({ email, sentAt, onResend, reload }: PendingChangeProps) {
  const action = useAction()
  async function cancel() {
    await call('DELETE', '/auth/change-email')
    showToast(() => t.account.emailCancelled)
    reload()
  }
  return (
    <div class="pending">
      <p>{t.account.emailWaits(email)}</p>
      <div class="actions">
        <ResendButton action={action} send={onResend} sentAt={sentAt}>
          {t.account.emailResend}
        </ResendButton>
        <ActionButton action={action} act={cancel} kind="link">
          {t.account.emailCancel}
        </ActionButton>
      </div>
      <Failure problem={action.problem} />
    </div>
  )
}
