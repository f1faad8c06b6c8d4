import { call } from '../api.ts'
import { Form } from '../parts/form.tsx'
import { Page } from '../parts/page.tsx'
import { useSecret } from '../parts/secret.ts'
import { site } from '../site.ts'
import { t } from '../text/text.ts'
import type { LoginAnswer } from './login-answer.ts'
import { SecondFactorStep } from './second-factor-step.tsx'
import { useSignIn } from './use-sign-in.ts'

/** What the link of an email to sign in with opens. Nothing happens until the button is pressed: mail scanners open links too. */
export function EmailLink() {
  const token = useSecret()
  const { methods, proceed, startOver } = useSignIn()
  const signIn = async () => proceed(await call<LoginAnswer>('POST', '/auth/login/email/link', { token }))
  if (methods) return <SecondFactorStep methods={methods} onDone={proceed} onBack={startOver} />
  return (
    <Page title={t.signIn.titleAt(site.name)}>
      {token ? (
        <>
          <p>{t.byEmail.linkLead}</p>
          <Form onSubmit={signIn} action={t.signIn.submit} />
        </>
      ) : (
        <p>{t.links.noSecret}</p>
      )}
      <p>
        <a href="/sign-in">{t.resend.again}</a>
      </p>
    </Page>
  )
}
