import { z } from 'zod'
import { clientOf } from '../../src/client-address.ts'
import { isOwnersDevice } from '../../src/devices/devices.ts'
import { changeFactors, noteAdded, noteRemoved } from '../../src/factors/factor-changes.ts'
import {
  addPasskey,
  optionsToRegister,
  removePasskey,
  renamePasskey,
  verifiedPasskey,
} from '../../src/factors/passkeys.ts'
import { demandWayIn } from '../../src/federation/ways-in.ts'
import { deviceTokensOf } from '../../src/http/browser-cookies.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { deviceOf } from '../../src/sessions/list.ts'
import { EndOthersQuery, endOthers, FactorAddedSchema, FactorRemovedSchema } from './factor-schemas.ts'
import { PasskeySchema } from './factors.ts'
import { CreationOptionsSchema, PasskeyName, RegistrationSchema } from './passkey-schemas.ts'
import { settleSessions } from './settle-sessions.ts'
import { askingIn, publicIdOf, signedIn } from './signed-in.ts'

/** Most people have one passkey for each browser and system. */
const DefaultedName = PasskeyName.optional().meta({
  description: 'By default the browser and system, such as `Chrome on Linux`.',
})

const PasskeyParams = z.object({ id: z.uuid().toLowerCase().meta({ description: 'As GET /auth/factors lists it.' }) })

export function passkeyOptionsEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/passkeys/options',
    summary: 'Start to add a passkey',
    description: 'The challenge is valid for five minutes, once, in this session.',
    tags: ['Second factor'],
    access: 'fresh enrolment',
    responses: {
      200: { description: 'For navigator.credentials.create', schema: CreationOptionsSchema },
      ...refusals(409),
    },
    handler: ({ req }) => optionsToRegister(deps, signedIn(req), publicIdOf(deps.store, req)),
  })
}

export function addPasskeyEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/passkeys',
    summary: 'Add a passkey',
    description: 'At most 20. Adding the first second factor also returns recovery codes, shown once.',
    tags: ['Second factor'],
    access: 'fresh enrolment',
    request: {
      body: z.strictObject({ name: DefaultedName, credential: RegistrationSchema, endOthers }).meta({
        id: 'NewPasskey',
        example: {
          name: 'Laptop',
          credential: {
            id: 'AQIDBA',
            rawId: 'AQIDBA',
            type: 'public-key',
            response: { clientDataJSON: 'e30', attestationObject: 'AQID' },
          },
        },
      }),
    },
    responses: {
      200: { description: 'Added', schema: FactorAddedSchema },
      ...refusals(409),
    },
    handler: async ({ body: { name, credential, ...others }, req }) => {
      const { id } = signedIn(req)
      const verified = await verifiedPasskey(deps, credential, publicIdOf(deps.store, req))
      if (!verified) throw problems.invalidCode()
      const isOwners = await isOwnersDevice(deviceTokensOf(req), id)
      const { credentialId } = verified
      const added = await changeFactors(deps, askingIn(deps.store, req), async user => {
        await addPasskey(id, name ?? deviceOf(clientOf(req).userAgent ?? null).slice(0, 100), verified)
        return noteAdded(deps, user, { factor: 'passkey', credentialId, isOwners })
      })
      const ended = await settleSessions(deps, req, others, 'passkey')
      return { message: 'Passkey added', ended, ...added }
    },
  })
}

export function renamePasskeyEndpoint() {
  return endpoint({
    method: 'patch',
    path: '/auth/passkeys/:id',
    summary: 'Rename a passkey',
    tags: ['Second factor'],
    access: 'enrolment',
    request: {
      params: PasskeyParams,
      body: z.strictObject({ name: PasskeyName }).meta({ id: 'PasskeyChange', example: { name: 'Laptop' } }),
    },
    responses: {
      200: { description: 'Renamed', schema: PasskeySchema },
      ...refusals(404),
    },
    handler: async ({ params: { id }, body: { name }, req }) => {
      const passkey = await renamePasskey(signedIn(req).id, id, name)
      if (!passkey) throw problems.notFound('passkey', 'GET /auth/factors')
      return passkey.toPublic()
    },
  })
}

export function removePasskeyEndpoint(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/auth/passkeys/:id',
    summary: 'Remove a passkey',
    tags: ['Second factor'],
    access: 'fresh enrolment',
    request: { params: PasskeyParams, query: EndOthersQuery },
    responses: {
      200: { description: 'Removed', schema: FactorRemovedSchema },
      ...refusals(404, 409),
    },
    handler: async ({ params, query, req }) => {
      const { id, permissions } = signedIn(req)
      await changeFactors(deps, askingIn(deps.store, req), async user => {
        if (!(await removePasskey(id, params.id))) throw problems.notFound('passkey', 'GET /auth/factors')
        await noteRemoved(deps, user, permissions, 'passkey')
        await demandWayIn(deps.env, user)
      })
      return { message: 'Passkey removed', ended: await settleSessions(deps, req, query) }
    },
  })
}
