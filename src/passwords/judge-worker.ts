import { type Judgement, judgePassword, type PasswordContext } from './policy.ts'

export function judge({ password, context }: { password: string; context: PasswordContext }): Judgement {
  return judgePassword(password, context)
}
