import { createHmac } from 'node:crypto'
import { normalisePassword } from './normalise.ts'

/** `id` goes into the stored hash, `secret` never does. */
export type HashKey = { id: string; secret: string }

/**
 * Without a pepper the key is public on purpose: it only keeps the inner digest from being one that other sites store
 * too, so that their leaked digests cannot be tried against our bcrypt hashes without the passwords.
 */
export const PUBLIC_KEY: HashKey = { id: 'public', secret: 'latchkey password v1' }

/** The key made of a pepper; its id tells one pepper from another and tells nothing of the pepper. */
export function keyOfPepper(pepper: string): HashKey {
  return { id: createHmac('sha256', pepper).update('latchkey pepper id').digest('hex').slice(0, 8), secret: pepper }
}

/** 64 base64 characters that stand for the whole password, below the 72 bytes at which bcrypt cuts. */
export function keyedDigest(key: HashKey, password: string): string {
  return createHmac('sha384', key.secret).update(normalisePassword(password)).digest('base64')
}
