import { createHash, randomBytes } from 'node:crypto'

/** 256 bits in base64url, for links, cookies and challenges (ASVS 6.5.3, 7.2.3). */
export const newSecret = () => randomBytes(32).toString('base64url')

/** For secrets of at least 112 random bits (ASVS 6.5.2), never for passwords. */
export const hashOfSecret = (secret: string) => createHash('sha256').update(secret).digest('hex')
