import { z } from 'zod'
import { deleteAccount } from '../../src/accounts/delete-account.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { EmailSchema, UsernameSchema } from '../../src/identity/identifiers.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { clear } from '../../src/sessions/cookie.ts'
import { MessageSchema } from '../schemas.ts'
import { signedIn } from './signed-in.ts'

const DeleteBody = z
  .strictObject({
    email: EmailSchema.optional().meta({ description: 'My email address, to confirm the deletion.' }),
    username: UsernameSchema.optional().meta({ description: 'My username instead, if I have no email address.' }),
  })
  .meta({ id: 'DeleteAccount', example: { email: 'ada@example.org' } })

export function deleteAccountEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/delete-account',
    summary: 'Delete my account',
    description:
      'Needs a recent proof. Permanently deletes the account with its sessions, tokens and factors. Security events are kept until AUDIT_RETENTION ends. The last administrator cannot be deleted.',
    tags: ['Account'],
    access: 'fresh session',
    request: { body: DeleteBody },
    responses: {
      200: { description: 'Deleted', schema: MessageSchema },
      ...refusals(409),
    },
    handler: async ({ body, req, res }) => {
      const { id, email, username } = signedIn(req)
      if (email !== null && body.email !== email) throw problems.invalid([OTHER_ADDRESS])
      if (email === null && username !== null && body.username !== username) throw problems.invalid([OTHER_USERNAME])
      await deleteAccount(deps, id, id)
      Object.assign(req, { session: undefined })
      clear(deps.cookie, res).setHeader('Clear-Site-Data', '"cache", "storage"')
      return { message: 'Account deleted' }
    },
  })
}

const OTHER_ADDRESS = { pointer: '#/email', detail: 'This is not the email address of your account.', code: 'other' }
const OTHER_USERNAME = {
  pointer: '#/username',
  detail: 'This is not the username of your account.',
  code: 'other_username',
}
