import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { CodeField } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { Page } from '../parts/page.tsx'
import { Resend } from '../parts/resend.tsx'
import { t } from '../text/text.ts'
import { type EmailRequest, requestEmail } from './email-request.ts'
import type { LoginAnswer } from './login-answer.ts'

type EmailCodeStepProps = {
  request: EmailRequest
  /** Instead of what is said after a request to sign in. */
  lead?: string
  onDone: (answer: LoginAnswer) => Promise<void>
  onBack: () => void
}

/** Waits for the code of the email that was just requested. */
export function EmailCodeStep({ request, lead, onDone, onBack }: EmailCodeStepProps) {
  const [again, setAgain] = useState(0)
  const enter = async ({ code }: Values) => onDone(await call<LoginAnswer>('POST', '/auth/login/email/code', { code }))
  async function sendAgain() {
    await requestEmail(request)
    setAgain(before => before + 1)
  }
  return (
    <Page title={t.byEmail.sentTitle}>
      <p>{lead ?? t.byEmail.sent(request.email)}</p>
      <Form key={again} onSubmit={enter} action={t.signIn.submit}>
        <CodeField label={t.byEmail.code} hint={t.byEmail.codeHint} autofocus />
      </Form>
      <Resend send={sendAgain} />
      <div class="ways">
        <button type="button" class="link" onClick={onBack}>
          {t.byEmail.back}
        </button>
      </div>
    </Page>
  )
}
