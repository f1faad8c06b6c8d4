import { useRef } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Failure } from '../parts/feedback.tsx'
import { Checkbox, Field, PasswordField } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { site } from '../site.ts'
import { t } from '../text/text.ts'
import type { LoginAnswer } from './login-answer.ts'

type PasswordStepProps = { onDone: (answer: LoginAnswer) => Promise<void> }

/** An address has an `@`, a user name never has. */
const nameOf = (identifier = '') => (identifier.includes('@') ? { email: identifier } : { username: identifier })

export const PasswordStep = ({ onDone }: PasswordStepProps) => {
  const remember = useRef(false)
  const signIn = async ({ identifier, password }: Values) =>
    onDone(
      await call<LoginAnswer>('POST', '/auth/login', { ...nameOf(identifier), password, rememberMe: remember.current }),
    )
  return (
    <>
      <Form onSubmit={signIn} action={t.signIn.submit} aliases={{ email: 'identifier', username: 'identifier' }}>
        <Field
          name="identifier"
          label={t.signIn.identifier}
          required
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
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
      {window.PublicKeyCredential && <PasskeyWay onDone={onDone} remember={() => remember.current} />}
      <ul class="ways">
        <li>
          <a href="/forgot-password">{t.signIn.forgot}</a>
        </li>
        {site.registration !== 'closed' && (
          <li>
            {t.signIn.noAccount} <a href="/register">{t.signIn.register}</a>
          </li>
        )}
      </ul>
    </>
  )
}

const PasskeyWay = ({ onDone, remember }: PasswordStepProps & { remember: () => boolean }) => {
  const action = useAction()
  const signIn = async () => {
    const { askPasskey } = await import('../parts/passkey.ts')
    const credential = await askPasskey('/auth/login/passkey/options')
    await onDone(await call<LoginAnswer>('POST', '/auth/login/passkey', { credential, rememberMe: remember() }))
  }
  return (
    <div class="alternative">
      <p class="or">{t.signIn.or}</p>
      <ActionButton action={action} act={signIn}>
        {t.signIn.passkey}
      </ActionButton>
      <Failure problem={action.problem} />
    </div>
  )
}
