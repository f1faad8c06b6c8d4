import { checkPassword, type PasswordContext, type PasswordViolation } from './policy.ts'
import { type Strength, strengthOf } from './strength.ts'

export type Judgement = Strength & { violations: PasswordViolation[] }

export function check({ password, context }: { password: string; context: PasswordContext }): PasswordViolation[] {
  return checkPassword(password, context)
}

/** The same, with an estimate of how soon the password would be guessed. */
export async function judge(task: { password: string; context: PasswordContext }): Promise<Judgement> {
  const { password, context } = task
  const details = [context.email ?? '', context.name ?? '', context.siteName]
  return { violations: check(task), ...(await strengthOf(password, details)) }
}
