import type { Request, Response } from 'express'
import type { Principal } from '../../src/identity/principal.ts'
import type { PassportInstance } from '../../src/sign-in/passport.ts'

/**
 * Asks one Passport strategy who this is, without starting a session.
 * @returns undefined where the strategy refuses; throws what it throws
 */
export function authenticateWith<User extends Principal>(
  passport: PassportInstance,
  strategy: string,
  req: Request,
  res: Response,
): Promise<User | undefined> {
  return new Promise((resolve, reject) => {
    const decided = (error: unknown, user: User | false | null) => (error ? reject(error) : resolve(user || undefined))
    passport.authenticate(strategy, { session: false }, decided)(req, res, reject)
  })
}
