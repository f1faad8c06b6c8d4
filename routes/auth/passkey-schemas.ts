import { z } from 'zod'
import { NameSchema } from '../../src/identity/identifiers.ts'

function base64url(most: number) {
  return z
    .string()
    .max(most)
    .regex(/^[\w-]+$/, 'Encode this as base64url.')
}

// Not strict: browsers may add to these, and what is not verified is left out.
const credential = { id: base64url(1400), rawId: base64url(1400), type: z.literal('public-key') }

/** What `PublicKeyCredential.toJSON()` gives after `navigator.credentials.create`. */
export const RegistrationSchema = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url(4096),
      attestationObject: base64url(16_384),
      transports: z.array(z.string().max(32)).max(10).optional(),
    }),
  })
  .meta({ id: 'PasskeyRegistration', description: 'RegistrationResponseJSON (WebAuthn Level 3).' })

/** What `PublicKeyCredential.toJSON()` gives after `navigator.credentials.get`. */
export const AssertionSchema = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url(4096),
      authenticatorData: base64url(4096),
      signature: base64url(4096),
      userHandle: base64url(200).nullish(),
    }),
  })
  .meta({ id: 'PasskeyAssertion', description: 'AuthenticationResponseJSON (WebAuthn Level 3).' })

export const CreationOptionsSchema = z.looseObject({ challenge: z.string() }).meta({
  id: 'PasskeyCreationOptions',
  description: 'PublicKeyCredentialCreationOptionsJSON, for `PublicKeyCredential.parseCreationOptionsFromJSON()`.',
})

export const RequestOptionsSchema = z.looseObject({ challenge: z.string() }).meta({
  id: 'PasskeyRequestOptions',
  description: 'PublicKeyCredentialRequestOptionsJSON, for `PublicKeyCredential.parseRequestOptionsFromJSON()`.',
})

export const PasskeyName = NameSchema.pipe(z.string().max(100, 'At most 100 characters.')).meta({
  description: 'A name that the user recognizes.',
  example: 'Security key on my keyring',
})
