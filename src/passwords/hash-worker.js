// JavaScript, because every thread would load its own TypeScript stripper: 11 MB and 25 ms each, measured.
import bcrypt from 'bcrypt'

/**
 * @param {{ secret: string, cost: number }} task
 * @returns {string} a bcrypt string with a fresh salt
 */
export function hash({ secret, cost }) {
  return bcrypt.hashSync(secret, cost)
}

/**
 * Takes the time of one hash at `fullCost` whatever cost the stored hash has, so that an older, cheaper
 * hash does not reveal by its speed that the account exists: 2^c + (2^c + 2^(c+1) + ... + 2^(f-1)) = 2^f.
 * @param {{ secret: string, bcryptHash: string, cost: number, fullCost: number }} task
 * @returns {boolean} whether the secret is the one that was hashed
 */
export function verify({ secret, bcryptHash, cost, fullCost }) {
  const matches = bcrypt.compareSync(secret, bcryptHash)
  for (let padding = cost; padding < fullCost; padding++) bcrypt.hashSync(secret, padding)
  return matches
}
