import { z } from 'zod'
import { isOwnersDevice } from '../../src/devices/devices.ts'
import { changeFactors, noteAdded, noteRemoved } from '../../src/factors/factor-changes.ts'
import { beginTotp, confirmTotp, removeTotp } from '../../src/factors/totp.ts'
import { deviceTokensOf } from '../../src/http/browser-cookies.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { EndOthersQuery, endOthers, FactorAddedSchema, FactorRemovedSchema, TotpCodeSchema } from './factor-schemas.ts'
import { settleSessions } from './settle-sessions.ts'
import { askingIn, publicIdOf, signedIn } from './signed-in.ts'

const EnrolmentSchema = z
  .strictObject({
    secret: z.string().meta({ description: 'Base32, for who cannot scan.' }),
    uri: z.string().meta({ example: 'otpauth://totp/Latchkey:ada%40example.org?secret=...&issuer=Latchkey' }),
    qr: z.string().meta({ description: 'The URI as a QR code, an SVG.' }),
  })
  .meta({ id: 'TotpEnrolment' })

export function beginTotpEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/totp',
    summary: 'Start to add an authenticator app',
    description:
      'Replaces a secret that was not confirmed. It counts only after POST /auth/totp/confirm, in the same session within 15 minutes.',
    tags: ['Second factor'],
    access: 'fresh enrolment',
    responses: {
      200: { description: 'To scan or to type into the app', schema: EnrolmentSchema },
      ...refusals(409),
    },
    handler: ({ req }) => beginTotp(deps, signedIn(req), publicIdOf(deps.store, req)),
  })
}

export function confirmTotpEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/totp/confirm',
    summary: 'Confirm the authenticator app',
    description: 'By its first code. Adding the first second factor also returns recovery codes, shown once.',
    tags: ['Second factor'],
    access: 'fresh enrolment',
    request: {
      body: z
        .strictObject({ code: TotpCodeSchema, endOthers })
        .meta({ id: 'TotpConfirmation', example: { code: '492039' } }),
    },
    responses: {
      200: { description: 'Added', schema: FactorAddedSchema },
      ...refusals(404, 409),
    },
    handler: async ({ body: { code, ...others }, req }) => {
      const { id } = signedIn(req)
      const isOwners = await isOwnersDevice(deviceTokensOf(req), id)
      const added = await changeFactors(deps, askingIn(deps.store, req), async user => {
        if (!(await confirmTotp(deps.sealer, id, code, publicIdOf(deps.store, req)))) throw problems.invalidCode()
        return noteAdded(deps, user, { factor: 'totp', isOwners })
      })
      const ended = await settleSessions(deps, req, others, 'totp')
      return { message: 'Authenticator app added', ended, ...added }
    },
  })
}

export function removeTotpEndpoint(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/auth/totp',
    summary: 'Remove the authenticator app',
    tags: ['Second factor'],
    access: 'fresh enrolment',
    request: { query: EndOthersQuery },
    responses: {
      200: { description: 'Removed', schema: FactorRemovedSchema },
      ...refusals(404, 409),
    },
    handler: async ({ query, req }) => {
      const { id, permissions } = signedIn(req)
      await changeFactors(deps, askingIn(deps.store, req), async user => {
        if (!(await removeTotp(id))) throw problems.notFound('authenticator app', 'GET /auth/factors')
        await noteRemoved(deps, user, permissions, 'totp')
      })
      return { message: 'Authenticator app removed', ended: await settleSessions(deps, req, query) }
    },
  })
}
