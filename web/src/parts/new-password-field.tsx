import { useEffect, useRef, useState } from 'preact/hooks'
import { call } from '../api.ts'
import { t } from '../text/text.ts'
import { PasswordField } from './field.tsx'

type Advice = { code: string; message: string }
type Judgement = { acceptable: boolean; violations: Advice[]; hints: Advice[] }

/** Characters: fewer are refused whatever they are, so the server is not asked. */
const LEAST = 15
/** In ms after the last key: the server answers a limited number of questions. */
const PAUSE = 400

/** For a new password: its rules, and, once somebody stops typing, what speaks against it. */
export function NewPasswordField({ name = 'password', label }: { name?: string; label?: string }) {
  const [advice, setAdvice] = useState<Advice[]>([])
  const typed = useRef('')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  async function judge(password: string) {
    // It is advice: where it cannot be had, the server says the same once the form is sent.
    const advice = await adviceOn(password).catch(() => [])
    if (typed.current === password) setAdvice(advice)
  }
  function onType(password: string) {
    typed.current = password
    clearTimeout(timer.current)
    if ([...password].length < LEAST) setAdvice([])
    else timer.current = setTimeout(() => void judge(password), PAUSE)
  }
  const sentences = advice.map(({ code, message }) => t.fieldProblems[code] ?? message).join(' ')
  return (
    <PasswordField
      name={name}
      label={label ?? t.common.password}
      hint={sentences || t.common.passwordRules}
      autocomplete="new-password"
      onType={onType}
    />
  )
}

async function adviceOn(password: string): Promise<Advice[]> {
  const { acceptable, violations, hints } = await call<Judgement>('POST', '/auth/password-strength', { password })
  return acceptable ? [] : [...violations, ...hints]
}
