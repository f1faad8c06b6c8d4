import { createPublicKey } from 'node:crypto'
import { z } from 'zod'

const LEAST_RSA_BITS = 2048
/** An RSA modulus of 8192 bits. */
const MOST_DIGITS = 1366

const digits = z
  .string()
  .max(MOST_DIGITS)
  .regex(/^[A-Za-z0-9_-]+$/, 'Use base64url.')
const word = z
  .string()
  .max(255)
  .regex(/^[\x21-\x7e]+$/, 'Use visible ASCII characters.')

/** Strict, so that a private key is refused by its unknown fields (RFC 7517, 4; RFC 7518, 6). */
const PublicKeySchema = z
  .strictObject({
    kty: z.enum(['RSA', 'EC', 'OKP']),
    kid: word.optional(),
    use: z.literal('sig').optional(),
    alg: word.optional(),
    key_ops: z.array(z.literal('verify')).max(1).optional(),
    crv: z.enum(['P-256', 'P-384', 'P-521', 'Ed25519']).optional(),
    x: digits.optional(),
    y: digits.optional(),
    n: digits.optional(),
    e: digits.max(8).optional(),
  })
  .refine(isStrongKey, `Enter a public key to verify signatures with, RSA of at least ${LEAST_RSA_BITS} bits.`)

export const JwksSchema = z
  .strictObject({ keys: z.array(PublicKeySchema).min(1, 'Add at least one key.').max(10, 'Use at most 10 keys.') })
  .meta({ description: 'Public keys of the client, for `private_key_jwt`.' })

function isStrongKey(jwk: Record<string, unknown>): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey({ key: jwk, format: 'jwk' })
    return asymmetricKeyType !== 'rsa' || (asymmetricKeyDetails?.modulusLength ?? 0) >= LEAST_RSA_BITS
  } catch {
    return false
  }
}
