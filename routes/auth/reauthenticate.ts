import { z } from 'zod'
import { optionsToProve } from '../../src/factors/passkeys.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import type { Deps } from '../../src/services.ts'
import { withProof } from '../../src/sessions/facts.ts'
import { reauthenticate } from '../../src/sign-in/reauthenticate.ts'
import { demandOffered } from '../../src/sign-in/ways.ts'
import { exactlyOneOf, RecoveryCodeSchema, TotpCodeSchema } from './factor-schemas.ts'
import { AssertionSchema, RequestOptionsSchema } from './passkey-schemas.ts'
import { publicIdOf, signedIn } from './signed-in.ts'

const ReauthenticationBody = z
  .strictObject({
    password: z.string().min(1).max(1024).optional().meta({ format: 'password' }),
    code: TotpCodeSchema.optional(),
    recoveryCode: RecoveryCodeSchema.optional(),
    passkey: AssertionSchema.optional(),
  })
  .refine(...exactlyOneOf('password', 'code', 'recoveryCode', 'passkey'))
  .meta({ id: 'Reauthentication', example: { password: 'seven green bicycles at dawn' } })

const ReauthenticatedSchema = z
  .strictObject({ message: z.string(), provenAt: z.iso.datetime() })
  .meta({ id: 'Reauthenticated' })

export function reauthenticateEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/reauthenticate',
    summary: 'Prove my identity again',
    description:
      'With a second factor if I have one, otherwise with the password. Allows this session sensitive steps for REAUTHENTICATION_AGE, and gives it a new ID. Wrong proofs count as at sign-in.',
    tags: ['Session'],
    access: 'review',
    request: { body: ReauthenticationBody },
    responses: {
      200: { description: 'Proven', schema: ReauthenticatedSchema },
    },
    handler: async ({ body, req }) => {
      if (body.password !== undefined) demandOffered(deps.env, 'password')
      const asking = { user: signedIn(req), sessionId: publicIdOf(deps.store, req) }
      const factor = await reauthenticate(deps, asking, body)
      const auth = withProof(req.session.auth, factor)
      await deps.store.renew(req, { auth })
      return { message: 'Reauthenticated', provenAt: new Date(auth.proofs?.[factor] ?? auth.at).toISOString() }
    },
  })
}

export function reauthenticateOptionsEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/reauthenticate/options',
    summary: 'Start to prove my identity with a passkey',
    tags: ['Session'],
    access: 'review',
    responses: {
      200: { description: 'For navigator.credentials.get', schema: RequestOptionsSchema },
      ...refusals(404),
    },
    handler: ({ req }) =>
      optionsToProve(deps, signedIn(req).id, { purpose: 'reauthenticate', boundTo: publicIdOf(deps.store, req) }),
  })
}
