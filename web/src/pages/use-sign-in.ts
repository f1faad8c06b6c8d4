import { useState } from 'preact/hooks'
import { goTo, place, safeReturn } from '../router.ts'
import { enrolmentDemanded, enter } from '../session.ts'
import type { LoginAnswer } from './login-answer.ts'

/** Goes on to where the person was before; first to what the server demands. */
export async function goOn(demanded: 'enrolment' | 'none') {
  await enter()
  if (demanded === 'enrolment') enrolmentDemanded.set(true)
  goTo(demanded === 'enrolment' ? '/account/security' : (safeReturn(place.get().query.get('returnTo')) ?? '/account'))
}

/** What follows the first factor. @returns `methods` while a second factor is missing */
export function useSignIn() {
  const [methods, setMethods] = useState<string[]>()
  async function proceed({ secondFactor, secondFactorEnrolment }: LoginAnswer) {
    if (secondFactor) setMethods(secondFactor.methods)
    else await goOn(secondFactorEnrolment ? 'enrolment' : 'none')
  }
  return { methods, proceed, startOver: () => setMethods(undefined) }
}
