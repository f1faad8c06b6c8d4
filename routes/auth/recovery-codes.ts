import { z } from 'zod'
import { isOwnersDevice } from '../../src/devices/devices.ts'
import { confirmNewRecoveryCodes, issueRecoveryCodes } from '../../src/factors/factor-changes.ts'
import { deviceTokensOf } from '../../src/http/browser-cookies.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import type { Deps } from '../../src/services.ts'
import { MessageSchema } from '../schemas.ts'
import { RecoveryCodeSchema, RecoveryCodesSchema } from './factor-schemas.ts'
import { askingIn, signedIn } from './signed-in.ts'

export function recoveryCodesEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/recovery-codes',
    summary: 'Create new recovery codes',
    description:
      'Shown once; needs a second factor. They start to work, and the previous ones stop, at POST /auth/recovery-codes/confirm.',
    tags: ['Second factor'],
    access: 'fresh enrolment',
    responses: {
      200: { description: 'Ten codes', schema: RecoveryCodesSchema },
      ...refusals(409),
    },
    handler: async ({ req }) => ({
      message: 'New recovery codes',
      recoveryCodes: await issueRecoveryCodes(deps, askingIn(deps.store, req)),
    }),
  })
}

export function confirmRecoveryCodesEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/recovery-codes/confirm',
    summary: 'Confirm that the new recovery codes are saved',
    description: 'With one of the new codes, which stays usable. All previous codes stop working.',
    tags: ['Second factor'],
    access: 'fresh enrolment',
    request: {
      body: z
        .strictObject({ recoveryCode: RecoveryCodeSchema })
        .meta({ id: 'RecoveryCodesConfirmation', example: { recoveryCode: 'X5QG-7M2K-9RWD-4T0H-BV8N-EJ3C' } }),
    },
    responses: {
      200: { description: 'The new codes work', schema: MessageSchema },
    },
    handler: async ({ body: { recoveryCode }, req }) => {
      const isOwners = await isOwnersDevice(deviceTokensOf(req), signedIn(req).id)
      await confirmNewRecoveryCodes(deps, askingIn(deps.store, req), { recoveryCode, isOwners })
      return { message: 'Recovery codes confirmed' }
    },
  })
}
