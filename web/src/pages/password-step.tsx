import { useRef, useState } from 'preact/hooks'
import { call } from '../api.ts'
import { Failure } from '../parts/feedback.tsx'
import { Checkbox, Field, PasswordField } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { asProblem, type Problem } from '../problem.ts'
import { site } from '../site.ts'
import { t } from '../text/text.ts'
import type { EmailRequest } from './email-request.ts'
import type { LoginAnswer } from './login-answer.ts'
import { canUsePasskey, PasskeyWay, signInByPasskey } from './passkey-way.tsx'
import { ProviderWays } from './provider-ways.tsx'
import { RegisterWay } from './register-way.tsx'

type PasswordStepProps = {
  onDone: (answer: LoginAnswer) => Promise<void>
  /** With what was already typed and ticked. */
  onEmail: (request: EmailRequest) => void
}

/** An address has an `@`, a user name never has. */
const nameOf = (identifier = '') => (identifier.includes('@') ? { email: identifier } : { username: identifier })

export function PasswordStep({ onDone, onEmail }: PasswordStepProps) {
  const remember = useRef(false)
  const signIn = async ({ identifier, password }: Values) =>
    onDone(
      await call<LoginAnswer>('POST', '/auth/login', { ...nameOf(identifier), password, rememberMe: remember.current }),
    )
  function askForEmail() {
    const typed = document.querySelector<HTMLInputElement>('[name=identifier]')?.value ?? ''
    onEmail({ email: typed.includes('@') ? typed : '', rememberMe: remember.current })
  }

  /** Once, when somebody begins: a visit that signs nobody in costs the server nothing. */
  const offered = useRef(false)
  const [refused, setRefused] = useState<Problem>()
  async function offer() {
    if (offered.current || !canUsePasskey()) return
    offered.current = true
    const { offerPasskeys } = await import('../parts/passkey.ts')
    const credential = await offerPasskeys('/auth/login/passkey/options').catch(() => undefined)
    if (credential)
      await signInByPasskey(credential, remember)
        .then(onDone)
        .catch(error => setRefused(asProblem(error)))
  }

  return (
    <>
      <Form onSubmit={signIn} action={t.signIn.submit} aliases={{ email: 'identifier', username: 'identifier' }}>
        <Field
          name="identifier"
          label={t.signIn.identifier}
          required
          autocomplete="username webauthn"
          autocapitalize="none"
          spellcheck={false}
          onFocus={() => void offer()}
        />
        <PasswordField name="password" label={t.common.password} autocomplete="current-password" />
        <Checkbox
          name="rememberMe"
          label={t.signIn.rememberMe}
          onTick={ticked => {
            remember.current = ticked
          }}
        />
      </Form>
      <Failure problem={refused} />
      {(canUsePasskey() || site.offers('email') || site.providers.length > 0) && (
        <div class="alternative">
          <p class="or">{t.signIn.or}</p>
          {canUsePasskey() && <PasskeyWay remember={remember} onDone={onDone} />}
          {site.offers('email') && (
            <button type="button" class="outline" onClick={askForEmail}>
              {t.byEmail.submit}
            </button>
          )}
          <ProviderWays remember={remember} />
        </div>
      )}
      <ul class="ways">
        <li>
          <a href="/forgot-password">{t.signIn.forgot}</a>
        </li>
        <RegisterWay />
      </ul>
    </>
  )
}
