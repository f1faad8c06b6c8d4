import { type CryptoKey, importJWK, type JWK } from 'jose'
import { seconds } from '../durations.ts'
import type { InvalidationChannel } from '../invalidation/channel.ts'
import { createRounds } from '../invalidation/rounds.ts'
import { isCurrent, type SigningKeys, type StoredKey } from './signing-keys.ts'

/** Limits the reads that made-up key ids can cause. */
const ASK_FOR_UNKNOWN_EVERY = seconds(5)

type RingKey = StoredKey & { jwk: JWK; key: CryptoKey }

type Options = {
  keys: SigningKeys
  channel: InvalidationChannel
  /** SIGNING_KEY_AGE in ms. */
  age: number
}

export type KeyRing = ReturnType<typeof createKeyRing>

/** Reads the keys again after a change, while the channel is down, and for an unknown key id. */
export function createKeyRing({ keys, channel, age }: Options) {
  let ring: RingKey[] = []
  let isStale = true
  let askedForUnknownAt = Number.NEGATIVE_INFINITY
  const signers = new Map<string, Promise<CryptoKey>>()

  channel.subscribe(({ kind }) => {
    if (kind === 'keys' || kind === 'everything') isStale = true
  })

  const refresh = createRounds(async () => {
    // First, so that a change during the read causes another.
    isStale = false
    try {
      ring = await Promise.all((await listWithCurrent()).map(imported))
    } catch (error) {
      isStale = true
      throw error
    }
  })

  async function listWithCurrent(): Promise<StoredKey[]> {
    const stored = await keys.list()
    if (isCurrent(stored[0], age)) return stored
    await keys.make((stored[0]?.serial ?? 0) + 1)
    await keys.forgetOld()
    return keys.list()
  }

  async function upToDate() {
    if (isStale || !channel.isAlive()) await refresh()
  }

  const known = (kid: string) => ring.find(each => each.kid === kid && each.retiredAt === null && isInTime(each))

  function signerOf(key: StoredKey) {
    const opened = signers.get(key.kid) ?? keys.open(key).then(privateKeyOf)
    signers.set(key.kid, opened)
    opened.catch(() => signers.delete(key.kid))
    return opened
  }

  return {
    refresh,

    signer: async (): Promise<{ kid: string; key: CryptoKey }> => {
      await upToDate()
      if (!isCurrent(ring[0], age)) await refresh()
      const [newest] = ring
      if (!newest) throw new Error('there is no signing key')
      return { kid: newest.kid, key: await signerOf(newest) }
    },

    /** @returns undefined if the key is unknown, retired or expired (ASVS 9.1.3) */
    verifier: async (kid: string): Promise<CryptoKey | undefined> => {
      await upToDate()
      const now = performance.now()
      if (!known(kid) && now - askedForUnknownAt >= ASK_FOR_UNKNOWN_EVERY) {
        askedForUnknownAt = now
        await refresh()
      }
      return known(kid)?.key
    },

    /** The key set of RFC 7517. */
    jwks: async (): Promise<{ keys: JWK[] }> => {
      await upToDate()
      if (!isCurrent(ring[0], age)) await refresh()
      return { keys: ring.filter(each => each.retiredAt === null && isInTime(each)).map(({ jwk }) => jwk) }
    },
  }
}

const isInTime = ({ verifiesUntil }: StoredKey) => verifiesUntil > Date.now()

async function imported(stored: StoredKey): Promise<RingKey> {
  const bare: JWK = JSON.parse(stored.publicJwk)
  const jwk = { ...bare, kid: stored.kid, alg: 'EdDSA', use: 'sig' }
  return { ...stored, jwk, key: await keyOf(jwk) }
}

const privateKeyOf = (json: string) => keyOf(JSON.parse(json))

async function keyOf(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, 'EdDSA')
  if (key instanceof Uint8Array) throw new Error('a signing key is no Ed25519 key')
  return key
}
