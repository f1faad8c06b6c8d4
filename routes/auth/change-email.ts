import { z } from 'zod'
import {
  cancelEmailChange,
  confirmNewEmail,
  pendingEmailChange,
  requestEmailChange,
  undoEmailChange,
} from '../../src/accounts/change-email.ts'
import { clientAddress } from '../../src/client-address.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { EmailSchema } from '../../src/identity/identifiers.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { throttleMail } from '../../src/sign-in/throttle.ts'
import { MessageSchema } from '../schemas.ts'
import { byLink } from './by-link.ts'
import { askingIn, signedIn } from './signed-in.ts'

export function changeEmailEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/change-email',
    summary: 'Change or add my email address',
    description:
      'Needs a recent proof. Nothing changes until the link in the email to the new address is used; the old address, if there is one, is notified. The answer is the same if the new address is taken.',
    tags: ['Account'],
    access: 'fresh session',
    request: {
      body: z
        .strictObject({ email: EmailSchema })
        .meta({ id: 'ChangeEmail', example: { email: 'ada.king@example.org' } }),
    },
    responses: { 202: { description: 'Waits for the new address', schema: MessageSchema } },
    handler: async ({ body: { email }, req }) => {
      await throttleMail(deps.limiters, clientAddress(req), email)
      await requestEmailChange(deps, askingIn(deps.store, req), email)
      return { message: 'Open the link in the email to the new address. Nothing changes until then.' }
    },
  })
}

const PendingChangeSchema = z
  .strictObject({
    email: z.string().nullable().meta({ description: 'The new address; null if no change is pending.' }),
    expires: z.iso.datetime().nullable().meta({ description: 'When the link in the email expires.' }),
  })
  .meta({ id: 'PendingEmailChange' })

export function pendingEmailEndpoint() {
  return endpoint({
    method: 'get',
    path: '/auth/change-email',
    summary: 'Show my pending change of email address',
    tags: ['Account'],
    access: 'session',
    responses: { 200: { description: 'The change', schema: PendingChangeSchema } },
    handler: async ({ req }) => {
      const { email = null, expires } = (await pendingEmailChange(signedIn(req).id)) ?? {}
      return { email, expires: expires?.toISOString() ?? null }
    },
  })
}

export function cancelEmailChangeEndpoint(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/auth/change-email',
    summary: 'Cancel my pending change of email address',
    description: 'The link in the email to the new address stops working.',
    tags: ['Account'],
    access: 'session',
    responses: { 200: { description: 'Cancelled', schema: MessageSchema }, ...refusals(404) },
    handler: async ({ req }) => {
      if (!(await cancelEmailChange(deps, signedIn(req).id))) throw problems.noEmailChange()
      return { message: 'Change of email address canceled' }
    },
  })
}

export function confirmEmailEndpoint(deps: Deps) {
  return byLink(deps, {
    path: '/auth/confirm-email',
    summary: 'Confirm my new email address',
    description:
      'With the secret of the link in the email to the new address. All sessions end, and both addresses are notified.',
    message: 'The email address has been changed. Sign in with the new one.',
    act: token => confirmNewEmail(deps, token),
  })
}

export function undoEmailChangeEndpoint(deps: Deps) {
  return byLink(deps, {
    path: '/auth/undo-email-change',
    summary: 'Undo a change of my email address',
    description:
      'With the secret of the link in the email to the old address. The account returns to that address, all sessions end, and a reset link is sent there.',
    message: 'The account has its old address again. An email with a link to set a new password is on its way.',
    act: token => undoEmailChange(deps, token),
  })
}
