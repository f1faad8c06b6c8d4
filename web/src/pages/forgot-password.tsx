import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { Done } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { Page } from '../parts/page.tsx'
import { t } from '../text/text.ts'

export function ForgotPassword() {
  const [asked, setAsked] = useState(false)
  async function ask({ email }: Record<string, string>) {
    await call('POST', '/auth/forgot-password', { email })
    setAsked(true)
  }
  return (
    <Page title={t.forgot.title}>
      {asked ? (
        <Done>{t.forgot.done}</Done>
      ) : (
        <>
          <p>{t.forgot.lead}</p>
          <Form onSubmit={ask} action={t.forgot.submit}>
            <Field name="email" type="email" label={t.common.email} required autocomplete="username" maxLength={254} />
          </Form>
        </>
      )}
      <p>
        <a href="/sign-in">{t.forgot.back}</a>
      </p>
    </Page>
  )
}
