import { z } from 'zod'
import { changePassword, setFirstPassword } from '../../src/accounts/change-password.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { PasswordSchema } from '../../src/identity/identifiers.ts'
import type { Deps } from '../../src/services.ts'
import { throttleProof } from '../../src/sign-in/throttle.ts'
import { MessageSchema } from '../schemas.ts'
import { only } from './only.ts'
import { askingIn, publicIdOf, signedIn } from './signed-in.ts'

const ChangePasswordBody = z
  .strictObject({
    currentPassword: z.string().min(1).max(1024).meta({ format: 'password' }),
    newPassword: PasswordSchema,
    endOthers: z.boolean().default(true).meta({ description: 'Whether all other sessions and all API tokens end.' }),
  })
  .meta({
    id: 'ChangePassword',
    example: { currentPassword: 'seven green bicycles at dawn', newPassword: 'eleven quiet lighthouses sing' },
  })

export function changePasswordEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/change-password',
    summary: 'Change my password',
    description:
      'This session continues under a new ID; all others end unless endOthers is false. The user is notified by email.',
    tags: ['Account'],
    access: 'session',
    request: { body: ChangePasswordBody },
    responses: {
      200: { description: 'The new password counts', schema: MessageSchema },
      ...refusals(409),
    },
    guards: [only(deps.env, 'password')],
    handler: async ({ body: { currentPassword, newPassword, endOthers }, req }) => {
      const { id } = signedIn(req)
      const succeeded = await throttleProof(deps.limiters, id, publicIdOf(deps.store, req))
      const others = endOthers ? 'end' : 'stay'
      await changePassword(deps, id, { currentPassword, newPassword, sid: req.sessionID, others })
      await succeeded()
      await deps.store.renew(req)
      return { message: 'Password changed' }
    },
  })
}

export function setPasswordEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/set-password',
    summary: 'Set my first password',
    description: 'For an account without one, such as one that was created by signing in with a provider.',
    tags: ['Account'],
    access: 'fresh session',
    request: {
      body: z
        .strictObject({ newPassword: PasswordSchema })
        .meta({ id: 'SetPassword', example: { newPassword: 'eleven quiet lighthouses sing' } }),
    },
    responses: { 200: { description: 'The password counts', schema: MessageSchema }, ...refusals(409) },
    guards: [only(deps.env, 'password')],
    handler: async ({ body: { newPassword }, req }) => {
      await setFirstPassword(deps, askingIn(deps.store, req), newPassword)
      await deps.store.renew(req)
      return { message: 'Password set' }
    },
  })
}
