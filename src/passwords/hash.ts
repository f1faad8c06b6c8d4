import { createHmac } from 'node:crypto'
import { normalisePassword } from './normalise.ts'
import { createWorkerPool } from './worker-pool.ts'

export type PasswordHasher = ReturnType<typeof createPasswordHasher>

type HashJobs = {
  hash: { task: { secret: string; cost: number }; result: string }
  verify: { task: { secret: string; bcryptHash: string; cost: number; fullCost: number }; result: boolean }
}

const WORKER = new URL('./hash-worker.js', import.meta.url)

/** Not a secret: it makes digests leaked elsewhere useless against our bcrypt hashes. */
const HMAC_KEY = 'latchkey password v1'

const PREFIX = '$bcrypt-hmac-sha384$v=1,k=public'
const BCRYPT_HASH = /^\$2b\$(?<cost>\d\d)\$[./A-Za-z0-9]{53}$/

const COSTS = { min: 4, max: 16 }

/** bcrypt over HMAC-SHA-384 (NIST SP 800-63B-4 3.1.1.2, ASVS 6.2.8). @throws QueueFull */
export function createPasswordHasher({ cost, threads, queue }: { cost: number; threads: number; queue: number }) {
  const pool = createWorkerPool<HashJobs>({ threads, queue, worker: WORKER })

  /** @throws TypeError for a lone surrogate, which the policy refuses before */
  async function hash(password: string): Promise<string> {
    if (!password.isWellFormed()) throw new TypeError('The password is not well-formed Unicode')
    return PREFIX + (await pool.run('hash', { secret: keyedDigest(password), cost }))
  }

  /** Takes the time of one hash at the configured cost. Hash again if `outdated`. */
  async function verify(password: string, stored: string): Promise<{ matches: boolean; outdated: boolean }> {
    const parsed = parseStoredHash(stored)
    if (parsed === undefined || !password.isWellFormed()) {
      await verifyDecoy(password)
      return { matches: false, outdated: false }
    }
    const matches = await pool.run('verify', { secret: keyedDigest(password), ...parsed, fullCost: cost })
    return { matches, outdated: parsed.cost < cost }
  }

  /** Takes the time of `verify` for an unknown account (ASVS 6.3.8). */
  async function verifyDecoy(password: string): Promise<void> {
    await pool.run('verify', { secret: keyedDigest(password), bcryptHash: decoyHash(cost), cost, fullCost: cost })
  }

  return { hash, verify, verifyDecoy, pending: pool.pending, close: pool.close }
}

/** 64 base64 characters, below bcrypt's limit of 72 bytes. */
function keyedDigest(password: string): string {
  return createHmac('sha384', HMAC_KEY).update(normalisePassword(password)).digest('base64')
}

function parseStoredHash(stored: string): { bcryptHash: string; cost: number } | undefined {
  if (!stored.startsWith(PREFIX)) return undefined
  const bcryptHash = stored.slice(PREFIX.length)
  const cost = Number(BCRYPT_HASH.exec(bcryptHash)?.groups?.cost)
  return cost >= COSTS.min && cost <= COSTS.max ? { bcryptHash, cost } : undefined
}

function decoyHash(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`
}
