import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { Done } from '../parts/feedback.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { NewPasswordField } from '../parts/new-password-field.tsx'
import { Page } from '../parts/page.tsx'
import { useSecret } from '../parts/secret.ts'
import { left } from '../session.ts'
import { t } from '../text/text.ts'

export function ResetPassword() {
  const token = useSecret()
  const [done, setDone] = useState(false)
  async function reset({ password }: Values) {
    await call('POST', '/auth/reset-password', { token, password })
    left('password-changed')
    setDone(true)
  }
  return (
    <Page title={t.reset.title}>
      {done && (
        <>
          <Done>{t.reset.done}</Done>
          <p class="actions">
            <a href="/sign-in" class="button" data-replace>
              {t.common.signIn}
            </a>
          </p>
        </>
      )}
      {!done && !token && <NoSecret />}
      {!done && token && (
        <>
          <p>{t.reset.lead}</p>
          <Form onSubmit={reset} action={t.reset.submit}>
            <NewPasswordField label={t.common.newPassword} />
          </Form>
        </>
      )}
    </Page>
  )
}

function NoSecret() {
  return (
    <>
      <p>{t.links.noSecret}</p>
      <p>
        <a href="/forgot-password">{t.forgot.submit}</a>
      </p>
    </>
  )
}
