import { throttleMail } from '../../src/accounts/throttle.ts'
import { resendVerification, verifyEmail } from '../../src/accounts/verify-email.ts'
import type { Deps } from '../../src/deps.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { requireAuthentication } from '../../src/http/guards.ts'
import { problems } from '../../src/http/responses.ts'
import { MessageSchema } from '../schemas.ts'
import { accountDeps } from './account-deps.ts'
import { byLink } from './by-link.ts'
import { signedIn } from './signed-in.ts'

export const verifyEmailEndpoint = (deps: Deps) =>
  byLink(deps, {
    path: '/auth/verify-email',
    summary: 'Confirm my e-mail address',
    description: 'With the secret of the link in the mail; works once, signed in or out.',
    message: 'The e-mail address is confirmed.',
    act: token => verifyEmail(accountDeps(deps), token),
  })

export const resendVerificationEndpoint = (deps: Deps) =>
  endpoint({
    method: 'post',
    path: '/auth/verify-email/resend',
    summary: 'Send the confirmation mail again',
    description: 'The newest link voids the older ones. Sends nothing where the address is confirmed already.',
    tags: ['Account'],
    security: 'cookie',
    responses: {
      202: { description: 'Received', schema: MessageSchema },
      ...problems(401, 403, 415, 429, 503),
    },
    guards: [requireAuthentication(deps.store, deps.cookie)],
    handler: async ({ req }) => {
      const { id, email } = signedIn(req)
      await throttleMail(deps.limiters, req.ip ?? '', email)
      await resendVerification(accountDeps(deps), id)
      return { message: 'If the address is not confirmed yet, a mail is on its way.' }
    },
  })
