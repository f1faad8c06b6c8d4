import { isOwnersDevice } from '../../src/accounts/devices.ts'
import type { Deps } from '../../src/deps.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { requireRecentProof, requireSignIn } from '../../src/http/guards.ts'
import { problems } from '../../src/http/responses.ts'
import { issueRecoveryCodes } from '../../src/mfa/factor-changes.ts'
import { RecoveryCodesSchema } from './factor-schemas.ts'
import { signedIn } from './signed-in.ts'

export const recoveryCodesEndpoint = (deps: Deps) =>
  endpoint({
    method: 'post',
    path: '/auth/recovery-codes',
    summary: 'Make new recovery codes',
    description: 'Voids all earlier ones. Shown once; only for who has a second factor.',
    tags: ['Second factor'],
    security: 'cookie',
    responses: {
      200: { description: 'Ten codes', schema: RecoveryCodesSchema },
      ...problems(401, 403, 409, 415, 503),
    },
    guards: [requireSignIn(deps.store, deps.cookie), requireRecentProof(deps.env)],
    handler: async ({ req }) => {
      const { id } = signedIn(req)
      const isOwners = await isOwnersDevice(req, id)
      return { message: 'New recovery codes', recoveryCodes: await issueRecoveryCodes(deps, id, { isOwners }) }
    },
  })
