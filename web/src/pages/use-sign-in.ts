import { useState } from 'preact/hooks'
import { goTo, place, safeReturn } from '../router.ts'
import { enrolmentDemanded, enter } from '../session.ts'
import { typedIdentifier } from '../typed.ts'
import type { LoginAnswer } from './login-answer.ts'

/**
 * Where a sign-in leads: back to where the person was, or to the identity that waits to be linked.
 * @param query of the sign-in page
 */
export function destinationOf(query: URLSearchParams): string {
  if (query.get('problem') === 'identity_undecided') return '/link-account'
  return safeReturn(query.get('returnTo')) ?? '/account'
}

/** Another page that leads to the same place in the end. */
export function withReturn(path: string): string {
  const returnTo = place.get().query.get('returnTo')
  return returnTo === null ? path : `${path}?${new URLSearchParams({ returnTo })}`
}

/** Goes on to where the sign-in leads; first to what the server demands. */
export async function goOn(demanded: 'enrolment' | 'none', destination = destinationOf(place.get().query)) {
  await enter()
  typedIdentifier.set('')
  if (demanded === 'enrolment') enrolmentDemanded.set(true)
  goTo(demanded === 'enrolment' ? '/account/security' : destination)
}

/** What follows the first factor. @returns `methods` while a second factor is missing */
export function useSignIn(initial?: string[]) {
  const [methods, setMethods] = useState(initial)
  async function proceed({ secondFactor, secondFactorEnrolment }: LoginAnswer, destination?: string) {
    if (secondFactor) setMethods(secondFactor.methods)
    else await goOn(secondFactorEnrolment ? 'enrolment' : 'none', destination)
  }
  return { methods, proceed, startOver: () => setMethods(undefined) }
}
