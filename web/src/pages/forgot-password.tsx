import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { Done } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { Page } from '../parts/page.tsx'
import { Resend } from '../parts/resend.tsx'
import { t } from '../text/text.ts'
import { typedEmail, typedIdentifier } from '../typed.ts'

const send = (email: string) => call('POST', '/auth/forgot-password', { email })

export function ForgotPassword() {
  const [sentTo, setSentTo] = useState<string>()
  async function ask({ email = '' }: Values) {
    await send(email)
    setSentTo(email)
  }
  return (
    <Page title={t.forgot.title}>
      {sentTo === undefined ? (
        <>
          <p>{t.forgot.lead}</p>
          <Form onSubmit={ask} action={t.forgot.submit}>
            <Field
              name="email"
              type="email"
              label={t.common.email}
              initial={typedEmail()}
              required
              autofocus
              autocomplete="username"
              maxLength={254}
              onType={typedIdentifier.set}
            />
          </Form>
        </>
      ) : (
        <>
          <Done>{t.forgot.done(sentTo)}</Done>
          <Resend send={() => send(sentTo)} />
        </>
      )}
      <p class="foot">
        <a href="/sign-in">{t.forgot.back}</a>
      </p>
    </Page>
  )
}
