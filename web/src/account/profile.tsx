import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Done, Failure } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { useLoad } from '../parts/use-load.ts'
import { askSession, session } from '../session.ts'
import { useStore } from '../store.ts'
import { t } from '../text/text.ts'

export function Profile() {
  const state = useStore(session)
  if (state.is !== 'in') return null
  const { name, username, email, emailVerified, roles } = state.me.user
  return (
    <>
      <section>
        <NameForm name={name} />
        <dl>
          <dt>{t.account.username}</dt>
          <dd>{username ?? t.account.none}</dd>
          <dt>{t.account.roles}</dt>
          <dd>{roles.join(', ') || t.account.none}</dd>
        </dl>
      </section>
      <EmailSection email={email} verified={emailVerified} />
    </>
  )
}

function NameForm({ name }: { name: string }) {
  const [saved, setSaved] = useState(false)
  async function save(values: Values) {
    setSaved(false)
    await call('PATCH', '/auth/profile', { name: values.name })
    await askSession()
    setSaved(true)
  }
  return (
    <>
      <Form onSubmit={save} action={t.common.save}>
        <Field
          name="name"
          label={t.common.name}
          initial={name}
          hint={t.account.nameHint}
          required
          autocomplete="name"
        />
      </Form>
      {saved && <Done>{t.common.saved}</Done>}
    </>
  )
}

function EmailSection({ email, verified }: { email: string | null; verified: boolean }) {
  const pending = useLoad(() => call<{ email: string | null }>('GET', '/auth/change-email'), [email])
  const [sent, setSent] = useState(false)
  async function change(values: Values) {
    await call('POST', '/auth/change-email', { email: values.newEmail })
    setSent(true)
    pending.reload()
  }
  const newEmail = pending.data?.email
  return (
    <section>
      <h2>{t.account.emailTitle}</h2>
      {email === null ? <p>{t.account.emailNone}</p> : <Address email={email} verified={verified} />}
      <Failure problem={pending.problem} retry={pending.reload} />
      {sent && <Done>{t.account.emailDone}</Done>}
      {newEmail ? (
        <PendingChange email={newEmail} onResend={change} onCancel={() => setSent(false)} reload={pending.reload} />
      ) : (
        <Form
          onSubmit={change}
          action={email === null ? t.account.emailAdd : t.account.emailSubmit}
          aliases={{ email: 'newEmail' }}
        >
          <Field
            name="newEmail"
            type="email"
            label={t.account.emailNew}
            hint={t.account.emailHint}
            required
            autocomplete="email"
          />
        </Form>
      )}
    </section>
  )
}

function Address({ email, verified }: { email: string; verified: boolean }) {
  return (
    <>
      <p>
        {t.account.emailIs} <strong class="long">{email}</strong>{' '}
        <span class={verified ? 'tag' : 'tag bad'}>{verified ? t.account.confirmed : t.account.notConfirmed}</span>
      </p>
      {!verified && <ResendVerification />}
    </>
  )
}

function ResendVerification() {
  const [resent, setResent] = useState(false)
  const action = useAction()
  async function resend() {
    setResent(false)
    await call('POST', '/auth/verify-email/resend')
    setResent(true)
  }
  return (
    <>
      <ActionButton action={action} act={resend} kind="link">
        {t.account.resend}
      </ActionButton>
      {resent && <Done>{t.account.resent}</Done>}
      <Failure problem={action.problem} />
    </>
  )
}

type PendingChangeProps = {
  email: string
  onResend: (values: Values) => Promise<void>
  onCancel: () => void
  reload: () => void
}

function PendingChange({ email, onResend, onCancel, reload }: PendingChangeProps) {
  const action = useAction()
  async function cancel() {
    await call('DELETE', '/auth/change-email')
    onCancel()
    reload()
  }
  return (
    <>
      <p>{t.account.emailWaits(email)}</p>
      <div class="actions">
        <ActionButton action={action} act={() => onResend({ newEmail: email })}>
          {t.account.emailResend}
        </ActionButton>
        <ActionButton action={action} act={cancel}>
          {t.account.emailCancel}
        </ActionButton>
      </div>
      <Failure problem={action.problem} />
    </>
  )
}
