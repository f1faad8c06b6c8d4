/** Above this one verification would hold a thread for seconds: a row that says so is broken, or hostile. */
const MAX_COST = 16

const BCRYPT = String.raw`\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53}`
const KEYED = new RegExp(String.raw`^\$bcrypt-hmac-sha384\$v=1,k=(?<keyId>[0-9a-z]{1,16})(?<bcryptHash>${BCRYPT})$`)
const PLAIN = new RegExp(`^(?<bcryptHash>${BCRYPT})$`)

/** `keyId` names the HMAC key under the bcrypt hash; without one the password itself was hashed. */
export type StoredHash = { keyId: string | undefined; bcryptHash: string; cost: number }

/**
 * Reads what the database holds for a password: `$bcrypt-hmac-sha384$v=1,k=<key id>$2b$<cost>$<salt and digest>`, or
 * a bcrypt string (`$2a$`, `$2b$`, PHP's `$2y$`) that came from another system and covers 72 bytes at most. Anything
 * else is undefined.
 */
export function parseStoredHash(stored: string): StoredHash | undefined {
  const { keyId, bcryptHash, cost } = (KEYED.exec(stored) ?? PLAIN.exec(stored))?.groups ?? {}
  if (bcryptHash === undefined || Number(cost) < 4 || Number(cost) > MAX_COST) return undefined
  // PHP's 2y is 2b by another name, which the library does not know.
  return { keyId, bcryptHash: bcryptHash.replace(/^\$2y/, '$2b'), cost: Number(cost) }
}

/** The inverse of `parseStoredHash` for a password that was hashed under a key. */
export function formatStoredHash(keyId: string, bcryptHash: string): string {
  return `$bcrypt-hmac-sha384$v=1,k=${keyId}${bcryptHash}`
}
