import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Failure } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { saveFile } from '../parts/save-file.ts'
import { navigate } from '../router.ts'
import { left, session, type User } from '../session.ts'
import { useStore } from '../store.ts'
import { t } from '../text/text.ts'

export function Data() {
  const action = useAction()
  async function download() {
    const data = await call('GET', '/auth/export')
    saveFile('account.json', 'application/json', JSON.stringify(data, null, 2))
  }
  const state = useStore(session)
  async function remove(typed: Values) {
    await call('POST', '/auth/delete-account', typed)
    left()
    navigate('/', 'replace')
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
        <Form onSubmit={remove} action={t.account.deleteSubmit} danger>
          {state.is === 'in' && <Confirmation user={state.me.user} />}
        </Form>
      </section>
    </>
  )
}

/** Someone who has neither an address nor a username has nothing to type. */
function Confirmation({ user: { email, username } }: { user: User }) {
  const rest = { required: true, autocomplete: 'off', autocapitalize: 'none' } as const
  if (email !== null) return <Field name="email" type="email" label={t.account.deleteEmail} {...rest} />
  return username === null ? null : <Field name="username" label={t.account.deleteUsername} {...rest} />
}
