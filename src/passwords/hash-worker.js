// JavaScript, because a TypeScript stripper costs each thread 11 MB and 25 ms.
import bcrypt from 'bcrypt'

/**
 * @param {{ secret: string, cost: number }} task
 * @returns {string} a bcrypt string with a fresh salt
 */
export function hash({ secret, cost }) {
  return bcrypt.hashSync(secret, cost)
}

/**
 * Takes the time of `fullCost`, so that an old, cheaper hash does not reveal an account:
 * 2^c + (2^c + 2^(c+1) + ... + 2^(f-1)) = 2^f.
 * @param {{ secret: string, bcryptHash: string, cost: number, fullCost: number }} task
 * @returns {boolean}
 */
export function verify({ secret, bcryptHash, cost, fullCost }) {
  const matches = bcrypt.compareSync(secret, bcryptHash)
  for (let padding = cost; padding < fullCost; padding++) bcrypt.hashSync(secret, padding)
  return matches
}
