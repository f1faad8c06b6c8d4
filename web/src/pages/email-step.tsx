import { useRef } from 'preact/hooks'
import { Checkbox, Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { site } from '../site.ts'
import { t } from '../text/text.ts'
import { type EmailRequest, requestEmail } from './email-request.ts'
import type { LoginAnswer } from './login-answer.ts'
import { canUsePasskey, PasskeyWay } from './passkey-way.tsx'
import { ProviderWays } from './provider-ways.tsx'
import { RegisterWay } from './register-way.tsx'

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
          autofocus={site.offers('password')}
          autocomplete="email"
          maxLength={254}
        />
        <Checkbox
          name="rememberMe"
          label={t.signIn.rememberMe}
          checked={initial.rememberMe}
          onTick={ticked => {
            remember.current = ticked
          }}
        />
      </Form>
      {(canUsePasskey() || site.providers.length > 0) && (
        <div class="alternative">
          <p class="or">{t.signIn.or}</p>
          {canUsePasskey() && <PasskeyWay remember={remember} onDone={onDone} />}
          <ProviderWays remember={remember} />
        </div>
      )}
      <ul class="ways">
        {site.offers('password') && (
          <li>
            <button type="button" class="link" onClick={onPassword}>
              {t.byEmail.usePassword}
            </button>
          </li>
        )}
        <RegisterWay />
      </ul>
    </>
  )
}
