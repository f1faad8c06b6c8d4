import { z } from 'zod'
import { EmailSchema } from '../../src/accounts/identifiers.ts'
import { requestReset } from '../../src/accounts/reset-password.ts'
import { throttleMail } from '../../src/accounts/throttle.ts'
import type { Deps } from '../../src/deps.ts'
import { clientAddress } from '../../src/http/client-address.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { problems } from '../../src/http/responses.ts'
import { MessageSchema } from '../schemas.ts'
import { accountDeps } from './account-deps.ts'

export const forgotPasswordEndpoint = (deps: Deps) =>
  endpoint({
    method: 'post',
    path: '/auth/forgot-password',
    summary: 'Ask for a reset link',
    description:
      'Always the same answer, at once: the mail is written afterwards, if the address has an account. Until its link is used, nothing changes.',
    tags: ['Account'],
    access: 'public',
    request: {
      body: z
        .strictObject({ email: EmailSchema })
        .meta({ id: 'ForgotPassword', example: { email: 'ada@example.org' } }),
    },
    responses: {
      202: { description: 'Received', schema: MessageSchema },
      ...problems(429),
    },
    handler: async ({ body: { email }, req, res }) => {
      await throttleMail(deps.limiters, clientAddress(req), email)
      res.once('finish', () => {
        requestReset(accountDeps(deps), email).catch((error: unknown) =>
          deps.logger.error('a reset was asked for and not sent', { kind: error instanceof Error ? error.name : '' }),
        )
      })
      return { message: 'If this address has an account, a mail with a reset link is on its way.' }
    },
  })
