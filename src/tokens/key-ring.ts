import { type CryptoKey, importJWK, type JWK } from 'jose'
import { seconds } from '../durations.ts'
import type { InvalidationChannel } from '../invalidation/channel.ts'
import { createRounds } from '../invalidation/rounds.ts'
import { type Algorithm, isCurrent, newestOf, type SigningKeys, type StoredKey } from './signing-keys.ts'

/** Limits the reads that made-up key ids can cause. */
const ASK_FOR_UNKNOWN_EVERY = seconds(5)
const MAKE_ATTEMPTS = 10

/** `key` is public. */
export type RingKey = StoredKey & { jwk: JWK; key: CryptoKey }

type Options = {
  keys: SigningKeys
  channel: InvalidationChannel
  /** SIGNING_KEY_AGE in ms. */
  age: number
}

export type Signer = { kid: string; key: CryptoKey }

export type KeyRing = ReturnType<typeof createKeyRing>

/** Reads the keys again after a change, while the channel is down, and for an unknown key id. */
export function createKeyRing({ keys, channel, age }: Options) {
  let ring: RingKey[] = []
  let isStale = true
  let askedForUnknownAt = Number.NEGATIVE_INFINITY
  const signers = new Map<string, Promise<CryptoKey>>()
  /** RSA keys are slow to generate, so each algorithm begins with its first use. */
  const inUse = new Set<Algorithm>(['EdDSA'])

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
    const due = dueIn(stored)
    if (due.length === 0) return stored
    for (const algorithm of due) await makeCurrent(algorithm)
    await keys.forgetOld()
    return keys.list()
  }

  function dueIn(stored: StoredKey[]) {
    return [...inUse].filter(algorithm => !isCurrent(newestOf(stored, algorithm), age))
  }

  /** Processes that start together may take one another's serial. */
  async function makeCurrent(algorithm: Algorithm) {
    for (let attempt = 0; attempt < MAKE_ATTEMPTS; attempt++) {
      const stored = await keys.list()
      if (isCurrent(newestOf(stored, algorithm), age) || (await keys.make(algorithm, stored))) return
    }
  }

  async function upToDate() {
    if (isStale || !channel.isAlive()) await refresh()
  }

  async function current() {
    await upToDate()
    if (dueIn(ring).length > 0) await refresh()
    return ring
  }

  function known(kid: string, algorithm: Algorithm) {
    const key = ring.find(each => each.kid === kid && each.algorithm === algorithm)
    return key && isUsable(key) ? key : undefined
  }

  function signerOf(key: StoredKey) {
    const opened = signers.get(key.kid) ?? keys.open(key).then(text => keyOf(JSON.parse(text), key.algorithm))
    signers.set(key.kid, opened)
    opened.catch(() => signers.delete(key.kid))
    return opened
  }

  return {
    refresh,

    signer: async (algorithm: Algorithm = 'EdDSA'): Promise<Signer> => {
      inUse.add(algorithm)
      const newest = newestOf(await current(), algorithm)
      if (!newest) throw new Error(`there is no ${algorithm} signing key`)
      return { kid: newest.kid, key: await signerOf(newest) }
    },

    /** @returns undefined if the key is unknown, retired or expired (ASVS 9.1.3) */
    verifier: async (kid: string, algorithm: Algorithm = 'EdDSA'): Promise<CryptoKey | undefined> => {
      await upToDate()
      const now = performance.now()
      if (!known(kid, algorithm) && now - askedForUnknownAt >= ASK_FOR_UNKNOWN_EVERY) {
        askedForUnknownAt = now
        await refresh()
      }
      return known(kid, algorithm)?.key
    },

    /** Those that verify, newest first; at least one of each algorithm. */
    keys: async (...algorithms: Algorithm[]): Promise<RingKey[]> => {
      for (const algorithm of algorithms) inUse.add(algorithm)
      return (await current()).filter(isUsable)
    },

    /** The key set of RFC 7517, newest first. */
    jwks: async (): Promise<{ keys: JWK[] }> => {
      const keys = await current()
      return { keys: keys.filter(isUsable).map(({ jwk }) => jwk) }
    },
  }
}

function isUsable({ retiredAt, verifiesUntil }: StoredKey) {
  return retiredAt === null && verifiesUntil > Date.now()
}

async function imported(stored: StoredKey): Promise<RingKey> {
  const bare: JWK = JSON.parse(stored.publicJwk)
  const jwk = { ...bare, kid: stored.kid, alg: stored.algorithm, use: 'sig' }
  return { ...stored, jwk, key: await keyOf(jwk, stored.algorithm) }
}

async function keyOf(jwk: JWK, algorithm: Algorithm): Promise<CryptoKey> {
  const key = await importJWK(jwk, algorithm)
  if (key instanceof Uint8Array) throw new Error('a signing key is symmetric')
  return key
}
