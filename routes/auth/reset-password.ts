import { z } from 'zod'
import { resetPassword } from '../../src/accounts/reset-password.ts'
import { clientAddress } from '../../src/client-address.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { PasswordSchema } from '../../src/identity/identifiers.ts'
import type { Deps } from '../../src/services.ts'
import { throttleLink } from '../../src/sign-in/throttle.ts'
import { MessageSchema, TokenSchema } from '../schemas.ts'
import { only } from './only.ts'

export function resetPasswordEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/reset-password',
    summary: 'Set a new password with a reset link',
    description:
      'Works once. Ends every session and token, and does not sign in; a second factor is still required. The link stays usable if the password is refused.',
    tags: ['Account'],
    access: 'public',
    request: {
      body: z.strictObject({ token: TokenSchema, password: PasswordSchema }).meta({
        id: 'ResetPassword',
        example: { token: 'what-follows-the-hash-in-the-link', password: 'seven green bicycles at dawn' },
      }),
    },
    responses: {
      200: { description: 'The new password counts', schema: MessageSchema },
      ...refusals(409, 429),
    },
    guards: [only(deps.env, 'password')],
    handler: async ({ body: { token, password }, req }) => {
      await throttleLink(deps.limiters, clientAddress(req))
      await resetPassword(deps, token, password)
      return { message: 'Password changed. Sign in with the new one.' }
    },
  })
}
