import { useRef } from 'preact/hooks'
import { keepLastWay } from '../last-way.ts'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { site } from '../site.ts'
import { t } from '../text/text.ts'
import { typedIdentifier } from '../typed.ts'
import { type EmailRequest, requestEmail } from './email-request.ts'
import type { LoginAnswer } from './login-answer.ts'
import { OtherWays } from './other-ways.tsx'
import { RegisterWay } from './register-way.tsx'
import { RememberMe } from './remember-me.tsx'

type EmailStepProps = {
  initial: EmailRequest
  onSent: (request: EmailRequest) => void
  onDone: (answer: LoginAnswer) => Promise<void>
  onPassword: () => void
}

/** Asks for the address to which a link and a code go. */
export function EmailStep({ initial, onSent, onDone, onPassword }: EmailStepProps) {
  const remember = useRef(initial.rememberMe)
  async function submit({ email = '' }: Values) {
    const request = { email, rememberMe: remember.current }
    await requestEmail(request)
    keepLastWay('email')
    onSent(request)
  }
  return (
    <>
      <p>{t.byEmail.lead}</p>
      <Form onSubmit={submit} action={t.byEmail.submit}>
        <Field
          name="email"
          type="email"
          label={t.common.email}
          initial={initial.email}
          required
          autofocus
          autocomplete="email"
          maxLength={254}
          onType={typedIdentifier.set}
        />
        <RememberMe remember={remember} />
      </Form>
      <OtherWays remember={remember} onDone={onDone} />
      {site.offers('password') && (
        <p>
          <button type="button" class="link" onClick={onPassword}>
            {t.byEmail.usePassword}
          </button>
        </p>
      )}
      <RegisterWay />
    </>
  )
}
