import { useEffect, useState } from 'preact/hooks'
import { Loading, Notice } from '../parts/feedback.tsx'
import { Page } from '../parts/page.tsx'
import { goTo, place, safeReturn } from '../router.ts'
import { askSession, enrolmentDemanded, enter, session } from '../session.ts'
import { t } from '../text/text.ts'
import type { LoginAnswer } from './login-answer.ts'
import { PasswordStep } from './password-step.tsx'
import { SecondFactorStep } from './second-factor-step.tsx'

/** Goes on to where the person was before; first to what the server demands. */
async function goOn(demanded: 'enrolment' | 'none') {
  await enter()
  if (demanded === 'enrolment') enrolmentDemanded.set(true)
  goTo(demanded === 'enrolment' ? '/account/security' : (safeReturn(place.get().query.get('returnTo')) ?? '/account'))
}

export function SignIn() {
  const [ready, setReady] = useState(session.get().is === 'out')
  const [methods, setMethods] = useState<string[]>()

  useEffect(() => {
    if (ready) return
    askSession()
      .then(state => (state.is === 'in' ? goOn('none') : undefined))
      .catch(() => {})
      .finally(() => setReady(true))
  }, [])

  async function proceed({ secondFactor, secondFactorEnrolment }: LoginAnswer) {
    if (secondFactor) setMethods(secondFactor.methods)
    else await goOn(secondFactorEnrolment ? 'enrolment' : 'none')
  }

  if (methods) return <SecondFactorStep methods={methods} onDone={proceed} onBack={() => setMethods(undefined)} />
  return (
    <Page title={t.signIn.title}>
      <Reason />
      {ready ? <PasswordStep onDone={proceed} /> : <Loading />}
    </Page>
  )
}

/** Why somebody who was signed in has to sign in again. */
function Reason() {
  const state = session.get()
  const sentence = state.is === 'out' && state.reason ? t.reasons[state.reason] : undefined
  return sentence ? <Notice>{sentence}</Notice> : null
}
