import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { Checkbox, PasswordField } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { NewPasswordField } from '../parts/new-password-field.tsx'
import { useLoad } from '../parts/use-load.ts'
import { askSession, enrolmentDemanded, session } from '../session.ts'
import { t } from '../text/text.ts'
import { AppSection } from './app-section.tsx'
import type { Factors, OnChanged } from './factors.ts'
import { PasskeySection } from './passkey-section.tsx'
import { RecoverySection, ShownOnce } from './recovery-section.tsx'

export const Security = () => (
  <>
    <SecondFactor />
    <PasswordSection />
  </>
)

const SecondFactor = () => {
  const { data: factors, problem, reload } = useLoad(() => call<Factors>('GET', '/auth/factors'), [])
  const [changed, setChanged] = useState<{ sentence: string; codes?: string[] | undefined }>()
  const onChanged: OnChanged = (sentence, { recoveryCodes }) => {
    setChanged({ sentence, codes: recoveryCodes })
    enrolmentDemanded.set(false)
    reload()
    // The session goes on under a new id.
    askSession().catch(() => {})
  }
  if (!factors) return problem ? <Failure problem={problem} retry={reload} /> : <Loading />
  return (
    <section>
      <h2>{t.account.secondTitle}</h2>
      <p>{t.account.secondLead}</p>
      {changed?.sentence && <Done>{changed.sentence}</Done>}
      {changed?.codes && <ShownOnce codes={changed.codes} onKept={() => setChanged(undefined)} />}
      <AppSection factors={factors} onChanged={onChanged} />
      <PasskeySection factors={factors} onChanged={onChanged} />
      <RecoverySection factors={factors} onChanged={onChanged} />
    </section>
  )
}

const PasswordSection = () => {
  const [round, setRound] = useState(0)
  const state = session.get()
  const change = async ({ currentPassword, newPassword, endOthers }: Values) => {
    await call('POST', '/auth/change-password', { currentPassword, newPassword, endOthers: endOthers === 'on' })
    setRound(before => before + 1)
  }
  return (
    <section>
      <h2>{t.account.passwordTitle}</h2>
      {round > 0 && <Done>{t.account.passwordDone}</Done>}
      <Form key={round} onSubmit={change} action={t.account.passwordSubmit} aliases={{ password: 'newPassword' }}>
        {state.is === 'in' && (
          // Tells a password manager whose password this is.
          <input
            type="text"
            class="unseen"
            autocomplete="username"
            value={state.me.user.email}
            readOnly
            tabIndex={-1}
            aria-hidden="true"
          />
        )}
        <PasswordField name="currentPassword" label={t.account.current} autocomplete="current-password" />
        <NewPasswordField name="newPassword" label={t.common.newPassword} />
        <Checkbox name="endOthers" label={t.account.endOthers} checked />
      </Form>
    </section>
  )
}
