import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Done, Failure } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { askSession, session } from '../session.ts'
import { useStore } from '../store.ts'
import { t } from '../text/text.ts'

export const Profile = () => {
  const state = useStore(session)
  if (state.is !== 'in') return null
  const { name, username, email, roles } = state.me.user
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
      <EmailSection email={email} />
    </>
  )
}

const NameForm = ({ name }: { name: string }) => {
  const [saved, setSaved] = useState(false)
  const save = async (values: Values) => {
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

const EmailSection = ({ email }: { email: string }) => {
  const [asked, setAsked] = useState(false)
  const [resent, setResent] = useState(false)
  const action = useAction()
  const change = async (values: Values) => {
    await call('POST', '/auth/change-email', { email: values.newEmail })
    setAsked(true)
  }
  const resend = async () => {
    await call('POST', '/auth/verify-email/resend')
    setResent(true)
  }
  return (
    <section>
      <h2>{t.account.emailTitle}</h2>
      <p>
        {t.account.emailIs} <strong>{email}</strong>.
      </p>
      {asked ? (
        <Done>{t.account.emailDone}</Done>
      ) : (
        <Form onSubmit={change} action={t.account.emailSubmit} aliases={{ email: 'newEmail' }}>
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
      <p class="quiet">
        {t.account.verifyTitle}{' '}
        <ActionButton action={action} act={resend} kind="link">
          {t.account.resend}
        </ActionButton>
      </p>
      {resent && <Done>{t.account.resent}</Done>}
      <Failure problem={action.problem} />
    </section>
  )
}
