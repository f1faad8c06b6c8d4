import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { Checkbox, PasswordField } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { keptCodes } from '../parts/kept-once.ts'
import { NewPasswordField } from '../parts/new-password-field.tsx'
import { useLoad } from '../parts/use-load.ts'
import { asProblem, Problem } from '../problem.ts'
import { askSession, enrolmentDemanded, identifierOf, session } from '../session.ts'
import { site } from '../site.ts'
import { useStore } from '../store.ts'
import { t } from '../text/text.ts'
import { AppSection } from './app-section.tsx'
import type { Factors, OnChanged } from './factors.ts'
import { LinkedSection } from './linked-section.tsx'
import { PasskeySection } from './passkey-section.tsx'
import { RecoveryCodes, RecoverySection } from './recovery-section.tsx'

export function Security() {
  const demanded = useStore(enrolmentDemanded)
  return (
    <>
      <SecondFactor />
      {!demanded && <LinkedSection />}
      {!demanded && site.offers('password') && <PasswordSection />}
    </>
  )
}

function SecondFactor() {
  const { data: factors, problem, reload } = useLoad(() => call<Factors>('GET', '/auth/factors'), [])
  const [said, setSaid] = useState<{ say: () => string; ended: number }>()
  const codes = useStore(keptCodes)
  const onChanged: OnChanged = (say, { recoveryCodes, ended }) => {
    setSaid({ say, ended })
    if (recoveryCodes) keptCodes.set({ codes: recoveryCodes, replacing: false })
    enrolmentDemanded.set(false)
    reload()
    // The session goes on under a new id.
    askSession().catch(() => {})
  }
  function onSaved() {
    setSaid(undefined)
    reload()
  }
  if (!factors) return problem ? <Failure problem={problem} retry={reload} /> : <Loading />
  return (
    <section>
      <h2>{t.account.secondTitle}</h2>
      <p>{t.account.secondLead}</p>
      {said && (
        <Done>
          {said.say()} {said.ended > 0 && t.account.othersSignedOut(said.ended)}
        </Done>
      )}
      {codes && <RecoveryCodes {...codes} onSaved={onSaved} />}
      <AppSection factors={factors} onChanged={onChanged} />
      <PasskeySection factors={factors} onChanged={onChanged} />
      <RecoverySection factors={factors} />
    </section>
  )
}

function PasswordSection() {
  const { data: factors, problem, reload } = useLoad(() => call<Factors>('GET', '/auth/factors'), [])
  const [done, setDone] = useState<() => string>()
  function say(text: () => string) {
    setDone(() => text)
    reload()
  }
  if (!factors) return problem ? <Failure problem={problem} retry={reload} /> : <Loading />
  return (
    <section>
      <h2>{t.account.passwordTitle}</h2>
      {done && <Done>{done()}</Done>}
      {factors.password ? (
        <ChangePassword onDone={() => say(() => t.account.passwordDone)} />
      ) : (
        <SetPassword onDone={() => say(() => t.account.passwordSet)} />
      )}
    </section>
  )
}

function SetPassword({ onDone }: { onDone: () => void }) {
  async function set({ newPassword }: Values) {
    await call('POST', '/auth/set-password', { newPassword })
    onDone()
  }
  return (
    <>
      <p>{t.account.noPassword}</p>
      <Form onSubmit={set} action={t.account.setPassword} aliases={{ password: 'newPassword' }}>
        <AccountName />
        <NewPasswordField name="newPassword" label={t.common.newPassword} />
      </Form>
    </>
  )
}

function ChangePassword({ onDone }: { onDone: () => void }) {
  const [round, setRound] = useState(0)
  async function change({ currentPassword, newPassword, endOthers }: Values) {
    const body = { currentPassword, newPassword, endOthers: endOthers === 'on' }
    await call('POST', '/auth/change-password', body).catch((error: unknown) => {
      if (asProblem(error).code !== 'invalid_credentials') throw error
      const errors = [{ pointer: '#/currentPassword', detail: '', code: 'wrong_password' }]
      throw new Problem({ status: 401, code: 'validation_failed', errors })
    })
    setRound(before => before + 1)
    onDone()
  }
  return (
    <Form key={round} onSubmit={change} action={t.account.passwordSubmit} aliases={{ password: 'newPassword' }}>
      <AccountName />
      <PasswordField name="currentPassword" label={t.account.current} autocomplete="current-password" />
      <NewPasswordField name="newPassword" label={t.common.newPassword} />
      <Checkbox name="endOthers" label={t.account.endOthers} checked />
    </Form>
  )
}

/** Tells a password manager whose password this is. */
function AccountName() {
  const state = session.get()
  if (state.is !== 'in') return null
  return (
    <input
      type="text"
      class="unseen"
      autocomplete="username"
      value={identifierOf(state.me.user)}
      readOnly
      tabIndex={-1}
      aria-hidden="true"
    />
  )
}
