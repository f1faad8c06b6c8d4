import { KeyObject, type webcrypto } from 'node:crypto'
import type { CryptoKey } from 'jose'
import { ExternalSigningKey } from 'oidc-provider'
import type { KeyRing, RingKey } from '../tokens/key-ring.ts'
import type { Algorithm } from '../tokens/signing-keys.ts'

const SIGNATURES: Record<Algorithm, webcrypto.AlgorithmIdentifier | webcrypto.EcdsaParams> = {
  EdDSA: 'Ed25519',
  RS256: 'RSASSA-PKCS1-v1_5',
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
}

/** A key of our ring for oidc-provider. Only the newest of an algorithm can sign; the others verify hints. */
class RingSigningKey extends ExternalSigningKey {
  readonly #key: RingKey
  readonly #private: CryptoKey | undefined

  constructor(key: RingKey, privateKey: CryptoKey | undefined) {
    super()
    this.#key = key
    this.#private = privateKey
    Object.assign(this, { kid: key.kid, alg: key.algorithm })
  }

  override keyObject() {
    return KeyObject.from(this.#key.key)
  }

  override async sign(data: Uint8Array<ArrayBuffer>) {
    if (!this.#private) throw new Error('this key signs no more')
    return new Uint8Array(await crypto.subtle.sign(SIGNATURES[this.#key.algorithm], this.#private, data))
  }
}

/** Newest first. */
export async function signingKeysOf(ring: KeyRing, keys: RingKey[]): Promise<ExternalSigningKey[]> {
  const algorithms = [...new Set(keys.map(({ algorithm }) => algorithm))]
  const signers = await Promise.all(algorithms.map(algorithm => ring.signer(algorithm)))
  return keys.map(key => new RingSigningKey(key, signers.find(({ kid }) => kid === key.kid)?.key))
}
