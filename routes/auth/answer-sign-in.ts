import type { Request, Response } from 'express'
import { lacksSecondFactor } from '../../src/factors/policy.ts'
import { setDeviceCookie } from '../../src/http/browser-cookies.ts'
import type { Deps } from '../../src/services.ts'
import { describePrincipal } from '../../src/sessions/describe.ts'
import type { SignInResult } from '../../src/sign-in/sign-in.ts'
import { signedIn } from './signed-in.ts'

/** Gives the request the session that a sign-in created, sets the cookies and describes the result. */
export function answerSignIn({ env, store }: Deps, req: Request, res: Response, result: SignInResult) {
  store.adopt(req, result.session)
  if (result.outcome === 'second-factor-needed')
    return { message: 'Second factor required', secondFactor: { required: true, methods: result.methods } }
  setDeviceCookie(req, res, result.deviceTokens)
  const user = signedIn(req)
  return {
    message: 'Logged in successfully',
    user: describePrincipal(user),
    ...(lacksSecondFactor(env, user, req.session.auth) && { secondFactorEnrolment: true }),
    ...(req.session.review && { reviewRequired: true }),
  }
}
