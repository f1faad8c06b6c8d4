import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Failure } from '../parts/feedback.tsx'
import { Checkbox, CodeField, Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { Page } from '../parts/page.tsx'
import { asProblem } from '../problem.ts'
import { t } from '../text/text.ts'
import { typedIdentifier } from '../typed.ts'
import { AccountChip } from './account-chip.tsx'
import type { LoginAnswer } from './login-answer.ts'

type SecondFactorStepProps = {
  methods: string[]
  onDone: (answer: LoginAnswer) => Promise<void>
  onBack: () => void
}

export function SecondFactorStep({ methods, onDone, onBack }: SecondFactorStepProps) {
  const hasApp = methods.includes('totp')
  const [recovery, setRecovery] = useState(!hasApp)
  const [trust, setTrust] = useState(false)
  const passkey = useAction()

  /** A sign-in that expired, or had too many attempts, starts over. */
  async function prove(proof: object) {
    try {
      const body = { ...proof, rememberDevice: trust }
      await onDone(await call<LoginAnswer>('POST', '/auth/second-factor', body))
    } catch (error) {
      if (asProblem(error).code === 'authentication_required') return onBack()
      throw error
    }
  }
  async function usePasskey() {
    const { askPasskey } = await import('../parts/passkey.ts')
    await prove({ passkey: await askPasskey('/auth/second-factor/options', 'second_passkey_refused') })
  }
  async function startAgain() {
    await call('POST', '/auth/logout').catch(() => {})
    onBack()
  }
  const identifier = typedIdentifier.get()
  const submit = ({ code, recoveryCode }: Values) => prove(recovery ? { recoveryCode } : { code })

  return (
    <Page title={t.signIn.secondTitle}>
      {identifier ? (
        <AccountChip identifier={identifier} onChange={() => void startAgain()} />
      ) : (
        <p>{t.signIn.second}</p>
      )}
      {methods.includes('passkey') && (
        <div class="alternative">
          <ActionButton action={passkey} act={usePasskey} kind="">
            {t.signIn.secondPasskey}
          </ActionButton>
          <Failure problem={passkey.problem} />
          <p class="or">{t.signIn.or}</p>
        </div>
      )}
      <Form key={String(recovery)} onSubmit={submit} action={t.signIn.confirm}>
        {recovery ? (
          <Field
            name="recoveryCode"
            label={t.signIn.recoveryCode}
            hint={t.signIn.recoveryHint}
            required
            class="code"
            autofocus
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
          />
        ) : (
          <CodeField label={t.signIn.code} hint={t.signIn.codeHint} autofocus onComplete={submitForm} />
        )}
        <Checkbox name="rememberDevice" label={t.signIn.rememberDevice} checked={trust} onTick={setTrust} />
      </Form>
      <div class="ways">
        {hasApp && (
          <button type="button" class="link" onClick={() => setRecovery(!recovery)}>
            {recovery ? t.signIn.useCode : t.signIn.useRecovery}
          </button>
        )}
        {!identifier && (
          <button type="button" class="link" onClick={() => void startAgain()}>
            {t.signIn.back}
          </button>
        )}
      </div>
    </Page>
  )
}

/** As the button would: nobody has to reach for it after the last digit. */
const submitForm = () => document.querySelector<HTMLFormElement>('main form')?.requestSubmit()
