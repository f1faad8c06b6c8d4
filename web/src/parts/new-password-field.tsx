import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { t } from '../text/text.ts'
import { PasswordField } from './field.tsx'

type Judgement = { violations: { code: string; message: string }[] }

/** For a new password: its rules, and, once it is written, what speaks against it. */
export const NewPasswordField = ({ name = 'password', label }: { name?: string; label?: string }) => {
  const [advice, setAdvice] = useState('')
  const judge = async (password: string) => {
    if (!password) return setAdvice('')
    const { violations } = await call<Judgement>('POST', '/auth/password-strength', { password })
    setAdvice(violations.map(({ code, message }) => t.fieldProblems[code] ?? message).join(' '))
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
