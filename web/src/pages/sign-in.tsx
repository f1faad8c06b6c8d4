import { useEffect, useState } from 'preact/hooks'
import { Loading, Notice } from '../parts/feedback.tsx'
import { lazy } from '../parts/lazy.tsx'
import { Page } from '../parts/page.tsx'
import { askSession, session } from '../session.ts'
import { site } from '../site.ts'
import { t } from '../text/text.ts'
import type { EmailRequest } from './email-request.ts'
import { PasswordStep } from './password-step.tsx'
import { SecondFactorStep } from './second-factor-step.tsx'
import { goOn, useSignIn } from './use-sign-in.ts'

const EmailStep = lazy(async () => (await import('./email-step.tsx')).EmailStep)
const EmailCodeStep = lazy(async () => (await import('./email-code-step.tsx')).EmailCodeStep)

export function SignIn() {
  const [ready, setReady] = useState(session.get().is === 'out')
  const { methods, proceed, startOver } = useSignIn()
  /** Set where the form asks for an email instead of the password. */
  const [byEmail, setByEmail] = useState<EmailRequest | undefined>(
    site.offers('password') ? undefined : { email: '', rememberMe: false },
  )
  const [sent, setSent] = useState<EmailRequest>()

  useEffect(() => {
    if (ready) return
    askSession()
      .then(state => (state.is === 'in' ? goOn('none') : undefined))
      .catch(() => {})
      .finally(() => setReady(true))
  }, [])

  if (methods) return <SecondFactorStep methods={methods} onDone={proceed} onBack={startOver} />
  if (sent) return <EmailCodeStep key={sent.email} request={sent} onDone={proceed} onBack={() => setSent(undefined)} />
  return (
    <Page title={t.signIn.title}>
      <Reason />
      {!ready && <Loading />}
      {ready && !byEmail && <PasswordStep onDone={proceed} onEmail={setByEmail} />}
      {ready && byEmail && (
        <EmailStep initial={byEmail} onSent={setSent} onDone={proceed} onPassword={() => setByEmail(undefined)} />
      )}
    </Page>
  )
}

/** Why somebody who was signed in has to sign in again. */
function Reason() {
  const state = session.get()
  const sentence = state.is === 'out' && state.reason ? t.reasons[state.reason] : undefined
  return sentence ? <Notice>{sentence}</Notice> : null
}
