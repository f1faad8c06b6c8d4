import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { t } from '../text/text.ts'
import { PasswordField } from './field.tsx'

type Advice = { code: string; message: string }
type Judgement = { score: number; violations: Advice[]; hints: Advice[] }

/** Of 0 to 4: below it there is something to say about a password that would be accepted. */
const GOOD = 3

/** For a new password: its rules, and, once it is written, what speaks against it. */
export const NewPasswordField = ({ name = 'password', label }: { name?: string; label?: string }) => {
  const [advice, setAdvice] = useState('')
  const judge = async (password: string) => {
    if (!password) return setAdvice('')
    const { score, violations, hints } = await call<Judgement>('POST', '/auth/password-strength', { password })
    const advice = violations.length === 0 && score < GOOD ? hints : violations
    setAdvice(advice.map(({ code, message }) => t.fieldProblems[code] ?? message).join(' '))
  }
  return (
    <PasswordField
      name={name}
      label={label ?? t.common.password}
      hint={advice || t.common.passwordRules}
      autocomplete="new-password"
      // It is advice: where it cannot be had, the server says the same once the form is sent.
      onLeave={password => void judge(password).catch(() => {})}
    />
  )
}
