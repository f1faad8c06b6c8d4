import { z } from 'zod'
import { confirmNewEmail, requestEmailChange, undoEmailChange } from '../../src/accounts/change-email.ts'
import { EmailSchema } from '../../src/accounts/identifiers.ts'
import { throttleMail } from '../../src/accounts/throttle.ts'
import type { Deps } from '../../src/deps.ts'
import { clientAddress } from '../../src/http/client-address.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { requireAuthentication, requireRecentProof } from '../../src/http/guards.ts'
import { bodyProblems, problems } from '../../src/http/responses.ts'
import { MessageSchema } from '../schemas.ts'
import { accountDeps } from './account-deps.ts'
import { byLink } from './by-link.ts'
import { signedIn } from './signed-in.ts'

export const changeEmailEndpoint = (deps: Deps) =>
  endpoint({
    method: 'post',
    path: '/auth/change-email',
    summary: 'Change my e-mail address',
    description:
      'Needs a recent proof. Nothing changes until the link in the mail to the new address is used; the old address is told. An address that is taken is answered alike.',
    tags: ['Account'],
    security: 'cookie',
    request: {
      body: z
        .strictObject({ email: EmailSchema })
        .meta({ id: 'ChangeEmail', example: { email: 'ada.king@example.org' } }),
    },
    responses: {
      202: { description: 'Waits for the new address', schema: MessageSchema },
      ...bodyProblems(),
      ...problems(401, 403, 429, 503),
    },
    guards: [requireAuthentication(deps.store, deps.cookie), requireRecentProof(deps.env)],
    handler: async ({ body: { email }, req }) => {
      await throttleMail(deps.limiters, clientAddress(req), email)
      await requestEmailChange(accountDeps(deps), signedIn(req).id, email)
      return { message: 'Open the link in the mail to the new address. Until then nothing changes.' }
    },
  })

export const confirmEmailEndpoint = (deps: Deps) =>
  byLink(deps, {
    path: '/auth/confirm-email',
    summary: 'Confirm my new e-mail address',
    description:
      'With the secret of the link in the mail to the new address. All sessions end, and both addresses are told.',
    message: 'The e-mail address is changed. Sign in with the new one.',
    act: token => confirmNewEmail(accountDeps(deps), token),
  })

export const undoEmailChangeEndpoint = (deps: Deps) =>
  byLink(deps, {
    path: '/auth/undo-email-change',
    summary: 'Take a change of my e-mail address back',
    description:
      'With the secret of the link in the mail to the old address. The account goes back to it, all sessions end, and a reset link is sent there.',
    message: 'The account has its old address again. A mail with a link to set a new password is on its way.',
    act: token => undoEmailChange(accountDeps(deps), token),
  })
