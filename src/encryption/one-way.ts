import { createHash, randomBytes } from 'node:crypto'

/** A secret of 256 bits in base64url, for links, cookies and challenges (ASVS 6.5.3, 7.2.3). */
export const newSecret = () => randomBytes(32).toString('base64url')

/** What is kept of a secret: enough for one of 112 bits and more, which nobody finds by trying (ASVS 6.5.2). Never for a password. */
export const hashOfSecret = (secret: string) => createHash('sha256').update(secret).digest('hex')
