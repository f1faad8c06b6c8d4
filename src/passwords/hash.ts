import { type HashKey, keyedDigest, keyOfPepper, PUBLIC_KEY } from './hash-key.ts'
import { formatStoredHash, parseStoredHash, type StoredHash } from './stored-hash.ts'
import { createWorkerPool } from './worker-pool.ts'

export { HashQueueFull } from './hash-queue.ts'

export type PasswordHasher = ReturnType<typeof createPasswordHasher>

/** `cost` is bcrypt's; `threads` hash at once and `queue` wait; `pepper` is a secret kept apart from the database. */
type Options = { cost: number; threads: number; queue: number; pepper?: string }

/** What hash-worker.js exports. */
type HashJobs = {
  hash: { task: { secret: string; cost: number }; result: string }
  verify: { task: { secret: string; bcryptHash: string; cost: number; fullCost: number }; result: boolean }
}

const WORKER = new URL('./hash-worker.js', import.meta.url)

/**
 * bcrypt over an HMAC-SHA-384 of the whole NFC password, on threads of its own (NIST SP 800-63B-4 3.1.1.2, ASVS 6.2.8).
 * Every call but `stats` rejects with HashQueueFull, at once, when too much waits.
 */
export function createPasswordHasher({ cost, threads, queue, pepper }: Options) {
  const pool = createWorkerPool<HashJobs>({ threads, queue, worker: WORKER })
  const key = pepper === undefined ? PUBLIC_KEY : keyOfPepper(pepper)
  const keys = new Map([PUBLIC_KEY, key].map(known => [known.id, known]))

  /** The form to store. @throws TypeError for a lone surrogate, which is no UTF-8; the policy refuses it before. */
  async function hash(password: string): Promise<string> {
    if (!password.isWellFormed()) throw new TypeError('The password is not well-formed Unicode')
    return formatStoredHash(key.id, await pool.run('hash', { secret: keyedDigest(key, password), cost }))
  }

  /**
   * Takes the time of one hash at the configured cost, whatever is stored; what cannot be read never matches.
   * `outdated`: stored in an older scheme, under another key or at a lower cost; hash anew once the password is known.
   */
  async function verify(password: string, stored: string): Promise<{ matches: boolean; outdated: boolean }> {
    const known = parseStoredHash(stored)
    const secret = known && secretFor(known, password)
    if (known === undefined || secret === undefined) return await verifyInVain(password)
    const { bcryptHash } = known
    const matches = await pool.run('verify', { secret, bcryptHash, cost: known.cost, fullCost: cost })
    return { matches, outdated: known.keyId !== key.id || known.cost < cost }
  }

  /** What bcrypt was given when the stored hash was made; undefined if it cannot have been this password. */
  function secretFor({ keyId }: StoredHash, password: string): string | undefined {
    if (!password.isWellFormed()) return undefined
    if (keyId === undefined) return password
    const stored: HashKey | undefined = keys.get(keyId)
    return stored && keyedDigest(stored, password)
  }

  async function verifyInVain(password: string) {
    await verifyDecoy(password)
    return { matches: false, outdated: false }
  }

  /** Spends the time of a `verify` where there is no account, so that the answer does not tell (ASVS 6.3.8). */
  async function verifyDecoy(password: string): Promise<void> {
    await pool.run('verify', { secret: keyedDigest(key, password), bcryptHash: decoyHash(cost), cost, fullCost: cost })
  }

  return { hash, verify, verifyDecoy, stats: pool.stats, close: pool.close }
}

/** A hash that nobody made of any password: checking it takes as long as any other, and making it takes no time. */
function decoyHash(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`
}
