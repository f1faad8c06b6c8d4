import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { useAction } from '../parts/action.tsx'
import { Done, Failure } from '../parts/feedback.tsx'
import { CodeField } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { Page } from '../parts/page.tsx'
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
  const resend = useAction()
  const enter = async ({ code }: Values) => onDone(await call<LoginAnswer>('POST', '/auth/login/email/code', { code }))
  async function sendAgain() {
    await requestEmail(request)
    setAgain(before => before + 1)
  }
  return (
    <Page title={t.byEmail.sentTitle}>
      <p>{lead ?? t.byEmail.sent(request.email)}</p>
      {again > 0 && <Done key={again}>{t.byEmail.sentAgain}</Done>}
      <Form key={again} onSubmit={enter} action={t.signIn.submit}>
        <CodeField label={t.byEmail.code} hint={t.byEmail.codeHint} autofocus />
      </Form>
      <Failure problem={resend.problem} />
      <div class="ways">
        <button
          type="button"
          class="link"
          aria-disabled={resend.busy || undefined}
          onClick={() => resend.run(sendAgain)}
        >
          {t.byEmail.again}
        </button>
        <button type="button" class="link" onClick={onBack}>
          {t.byEmail.back}
        </button>
      </div>
    </Page>
  )
}
