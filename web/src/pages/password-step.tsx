import { useRef, useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Failure } from '../parts/feedback.tsx'
import { Checkbox, Field, PasswordField } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { asProblem, type Problem } from '../problem.ts'
import { site } from '../site.ts'
import { t } from '../text/text.ts'
import type { LoginAnswer } from './login-answer.ts'

type PasswordStepProps = { onDone: (answer: LoginAnswer) => Promise<void> }

/** An address has an `@`, a user name never has. */
const nameOf = (identifier = '') => (identifier.includes('@') ? { email: identifier } : { username: identifier })

export function PasswordStep({ onDone }: PasswordStepProps) {
  const remember = useRef(false)
  const signIn = async ({ identifier, password }: Values) =>
    onDone(
      await call<LoginAnswer>('POST', '/auth/login', { ...nameOf(identifier), password, rememberMe: remember.current }),
    )
  const signInBy = async (credential: object) =>
    onDone(await call<LoginAnswer>('POST', '/auth/login/passkey', { credential, rememberMe: remember.current }))

  /** Once, when somebody begins: a visit that signs nobody in costs the server nothing. */
  const offered = useRef(false)
  const [refused, setRefused] = useState<Problem>()
  async function offer() {
    if (offered.current || !window.PublicKeyCredential) return
    offered.current = true
    const { offerPasskeys } = await import('../parts/passkey.ts')
    const credential = await offerPasskeys('/auth/login/passkey/options').catch(() => undefined)
    if (credential) await signInBy(credential).catch(error => setRefused(asProblem(error)))
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
      {window.PublicKeyCredential && <PasskeyWay onCredential={signInBy} />}
      <ul class="ways">
        <li>
          <a href="/forgot-password">{t.signIn.forgot}</a>
        </li>
        {site.registration === 'open' && (
          <li>
            {t.signIn.noAccount} <a href="/register">{t.signIn.register}</a>
          </li>
        )}
      </ul>
    </>
  )
}

function PasskeyWay({ onCredential }: { onCredential: (credential: object) => Promise<void> }) {
  const action = useAction()
  async function signIn() {
    const { askPasskey } = await import('../parts/passkey.ts')
    await onCredential(await askPasskey('/auth/login/passkey/options'))
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
