import { useEffect, useState } from 'preact/hooks'
import { Notice } from '../parts/feedback.tsx'
import { lazy } from '../parts/lazy.tsx'
import { Page } from '../parts/page.tsx'
import { navigate, place } from '../router.ts'
import { askSession, isSignedOut, session } from '../session.ts'
import { site } from '../site.ts'
import { useStore } from '../store.ts'
import { t, textFor } from '../text/text.ts'
import type { EmailRequest } from './email-request.ts'
import type { LoginAnswer } from './login-answer.ts'
import { PasswordStep } from './password-step.tsx'
import { SecondFactorStep } from './second-factor-step.tsx'
import { SignInProblem } from './sign-in-problem.tsx'
import { goOn, useSignIn } from './use-sign-in.ts'

const PendingIdentity = lazy(async () => (await import('./pending-identity.tsx')).PendingIdentity)
const OtherStep = lazy(async () => (await import('./other-step.tsx')).OtherStep)
const EmailStep = lazy(async () => (await import('./email-step.tsx')).EmailStep)
const EmailCodeStep = lazy(async () => (await import('./email-code-step.tsx')).EmailCodeStep)

export function SignIn() {
  const { query } = place.get()
  const { methods, proceed, startOver } = useSignIn(secondFactorsIn(query))
  /** Set where the form asks for an email instead of the password. */
  const [byEmail, setByEmail] = useState<EmailRequest | undefined>(
    site.offers('password') || !site.offers('email') ? undefined : { email: '', rememberMe: false },
  )
  const [sent, setSent] = useState<EmailRequest>()

  // The form does not wait for the answer: most people who come here are signed out.
  useEffect(() => {
    if (!isSignedOut())
      askSession()
        .then(state => (state.is === 'in' ? goOn('none') : undefined))
        .catch(() => {})
  }, [])

  function leaveSecondFactor() {
    startOver()
    if (query.has('secondFactor')) navigate(withoutSecondFactor(query), 'replace')
  }

  if (methods) return <SecondFactorStep methods={methods} onDone={proceed} onBack={leaveSecondFactor} />
  if (sent) return <EmailCodeStep key={sent.email} request={sent} onDone={proceed} onBack={() => setSent(undefined)} />
  return (
    <Page title={t.signIn.titleAt(site.name)}>
      <Reason />
      <ProviderOutcome onDone={proceed} />
      {!byEmail && site.offers('password') && <PasswordStep onDone={proceed} onEmail={setByEmail} />}
      {!byEmail && !site.offers('password') && <OtherStep onDone={proceed} />}
      {byEmail && (
        <EmailStep initial={byEmail} onSent={setSent} onDone={proceed} onPassword={() => setByEmail(undefined)} />
      )}
    </Page>
  )
}

/** What the server wants after a sign-in with a provider. */
function secondFactorsIn(query: URLSearchParams): string[] | undefined {
  const methods = query.get('secondFactor')?.split(',').filter(isSecondFactor) ?? []
  return methods.length > 0 ? methods : undefined
}

const isSecondFactor = (method: string) => ['totp', 'passkey', 'recovery-code'].includes(method)

function withoutSecondFactor(query: URLSearchParams) {
  const rest = new URLSearchParams(query)
  rest.delete('secondFactor')
  return `/sign-in?${rest}`
}

/** What became of a sign-in with a provider that led back here. */
function ProviderOutcome({ onDone }: { onDone: (answer: LoginAnswer, destination?: string) => Promise<void> }) {
  const { query } = place.get()
  const code = query.get('problem')
  if (code === null) return null
  if (code === 'identity_undecided') return <PendingIdentity onDone={onDone} />
  return <SignInProblem query={query} code={code} />
}

/** Why somebody who was signed in has to sign in again, or what is left to sign out of. */
function Reason() {
  const state = useStore(session)
  if (state.is !== 'out') return null
  const { reason, providerSignOut } = state
  const sentence = reason && textFor(t.reasons, reason)
  return (
    <>
      {sentence && <Notice>{sentence}</Notice>}
      {providerSignOut && (
        <Notice>
          {t.providers.signedOut} <a href={providerSignOut.url}>{t.providers.signOutToo(providerSignOut.label)}</a>
        </Notice>
      )}
    </>
  )
}
