import { useRef, useState } from 'preact/hooks'
import { call } from '../api.ts'
import { keepLastWay } from '../last-way.ts'
import { Failure } from '../parts/feedback.tsx'
import { Field, PasswordField } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { site } from '../site.ts'
import { t } from '../text/text.ts'
import { typedEmail, typedIdentifier } from '../typed.ts'
import { AccountChip } from './account-chip.tsx'
import type { EmailRequest } from './email-request.ts'
import type { LoginAnswer } from './login-answer.ts'
import { usePasskeyOffer } from './offer-passkeys.ts'
import { OtherWays } from './other-ways.tsx'
import { RegisterWay } from './register-way.tsx'
import { RememberMe } from './remember-me.tsx'

type PasswordStepProps = {
  onDone: (answer: LoginAnswer) => Promise<void>
  /** With what was already typed and ticked. */
  onEmail: (request: EmailRequest) => void
}

/** An address has an `@`, a user name never has. */
const nameOf = (identifier = '') => (identifier.includes('@') ? { email: identifier } : { username: identifier })

/** Both on one form, or the password after the name (SIGN_IN_FORM). */
export function PasswordStep({ onDone, onEmail }: PasswordStepProps) {
  const remember = useRef(false)
  const [named, setNamed] = useState(!site.asksIdentifierFirst)
  const { refused, offer } = usePasskeyOffer(remember, onDone)

  async function submit({ identifier, password }: Values) {
    if (!named) return setNamed(true)
    const account = nameOf(site.asksIdentifierFirst ? typedIdentifier.get() : identifier)
    const answer = await call<LoginAnswer>('POST', '/auth/login', {
      ...account,
      password,
      rememberMe: remember.current,
    })
    keepLastWay(undefined)
    await onDone(answer)
  }
  const askForEmail = () => onEmail({ email: typedEmail(), rememberMe: remember.current })
  const isSecondStep = site.asksIdentifierFirst && named

  return (
    <>
      <Failure problem={refused} />
      <Form
        key={String(named)}
        onSubmit={submit}
        action={named ? t.signIn.submit : t.signIn.confirm}
        aliases={{ email: 'identifier', username: 'identifier' }}
      >
        {isSecondStep ? (
          <AccountChip identifier={typedIdentifier.get()} onChange={() => setNamed(false)} />
        ) : (
          <Field
            name="identifier"
            label={t.signIn.identifier}
            initial={typedIdentifier.get()}
            required
            autofocus
            autocomplete="username webauthn"
            autocapitalize="none"
            spellcheck={false}
            onBegin={offer}
            onType={typedIdentifier.set}
          />
        )}
        {named && (
          <>
            <PasswordField
              name="password"
              label={t.common.password}
              autocomplete="current-password"
              autofocus={isSecondStep}
              beside={<a href="/forgot-password">{t.signIn.forgot}</a>}
            />
            <RememberMe remember={remember} />
          </>
        )}
      </Form>
      <OtherWays remember={remember} onDone={onDone} onEmail={askForEmail} />
      <RegisterWay />
    </>
  )
}
