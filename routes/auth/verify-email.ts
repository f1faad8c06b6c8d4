import { z } from 'zod'
import { resendVerification, verifyEmail } from '../../src/accounts/verify-email.ts'
import { clientAddress } from '../../src/client-address.ts'
import { clearRegistrationCookie, isRegistrants } from '../../src/http/browser-cookies.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { throttleLink, throttleMail } from '../../src/sign-in/throttle.ts'
import { MessageSchema } from '../schemas.ts'
import { LinkBody } from './by-link.ts'
import { signedIn } from './signed-in.ts'

const VerifiedSchema = z
  .strictObject({
    message: z.string(),
    passwordToken: z.string().optional().meta({
      description:
        'For POST /auth/reset-password: the browser did not register this account, so its password and all else are gone.',
    }),
  })
  .meta({ id: 'EmailVerified' })

export function verifyEmailEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/verify-email',
    summary: 'Confirm my email address',
    description:
      'With the secret of the link in the email; works once. In a browser that neither registered the account nor is signed in to it, the next step is a new password: a stranger may have registered with this address, so nothing of theirs is kept.',
    tags: ['Account'],
    access: 'public',
    request: { body: LinkBody },
    responses: {
      200: { description: 'Confirmed', schema: VerifiedSchema },
      ...refusals(429),
    },
    handler: async ({ body: { token }, req, res }) => {
      await throttleLink(deps.limiters, clientAddress(req))
      const verified = await verifyEmail(deps, token, user => isRegistrants(req, user))
      clearRegistrationCookie(req, res)
      return { message: 'Email address confirmed', ...verified }
    },
  })
}

export function resendVerificationEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/verify-email/resend',
    summary: 'Send the confirmation email again',
    description:
      'The newest link replaces the older ones. Sends nothing if the address is already confirmed; refused with 409 if I have no address.',
    tags: ['Account'],
    access: 'session',
    responses: {
      202: { description: 'Received', schema: MessageSchema },
      ...refusals(409),
    },
    handler: async ({ req }) => {
      const { id, email } = signedIn(req)
      if (email === null) throw problems.noEmail()
      await throttleMail(deps.limiters, clientAddress(req), email)
      await resendVerification(deps, id)
      return { message: 'If the address is not confirmed yet, an email is on its way.' }
    },
  })
}
