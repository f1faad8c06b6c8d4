import { z } from 'zod'
import { requestReset } from '../../src/accounts/reset-password.ts'
import { clientAddress } from '../../src/client-address.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { languageOf } from '../../src/http/language.ts'
import { refusals } from '../../src/http/responses.ts'
import { EmailSchema } from '../../src/identity/identifiers.ts'
import type { Deps } from '../../src/services.ts'
import { throttleMail } from '../../src/sign-in/throttle.ts'
import { MessageSchema } from '../schemas.ts'
import { only } from './only.ts'

export function forgotPasswordEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/forgot-password',
    summary: 'Request a reset link',
    description:
      'The answer is always the same. If the address has an account, the email is sent a few seconds later. Nothing changes until its link is used.',
    tags: ['Account'],
    access: 'public',
    request: {
      body: z
        .strictObject({ email: EmailSchema })
        .meta({ id: 'ForgotPassword', example: { email: 'ada@example.org' } }),
    },
    responses: {
      202: { description: 'Received', schema: MessageSchema },
      ...refusals(429),
    },
    guards: [only(deps.env, 'password')],
    handler: async ({ body: { email }, req }) => {
      await throttleMail(deps.limiters, clientAddress(req), email)
      requestReset(deps, email, languageOf(req))
      return { message: 'If this address has an account, an email with a reset link is on its way.' }
    },
  })
}
