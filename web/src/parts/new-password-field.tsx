import { useEffect, useRef, useState } from 'preact/hooks'
import { call } from '../api.ts'
import { t, textFor } from '../text/text.ts'
import { PasswordField } from './field.tsx'

type Advice = { code: string; message: string }
type Judgement = { acceptable: boolean; score: number; violations: Advice[]; hints: Advice[] }

/** Characters: fewer are refused whatever they are, so the server is not asked. */
const LEAST = 15
/** In ms after the last key: the server answers a limited number of questions. */
const PAUSE = 400

/** For a new password: its rules, and, once somebody stops typing, what speaks against it. */
export function NewPasswordField({ name = 'password', label }: { name?: string; label?: string }) {
  const [judgement, setJudgement] = useState<Judgement>()
  const typed = useRef('')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  async function judge(password: string) {
    // It is advice: where it cannot be had, the server says the same once the form is sent.
    const judged = await call<Judgement>('POST', '/auth/password-strength', { password }).catch(() => undefined)
    if (typed.current === password) setJudgement(judged)
  }
  function onType(password: string) {
    typed.current = password
    clearTimeout(timer.current)
    if ([...password].length < LEAST) setJudgement(undefined)
    else timer.current = setTimeout(() => void judge(password), PAUSE)
  }
  const sentences = adviceOf(judgement)
    .map(({ code, message }) => textFor(t.fieldProblems, code) ?? message)
    .join(' ')
  return (
    <>
      <PasswordField
        name={name}
        label={label ?? t.common.password}
        hint={sentences || t.common.passwordRules}
        autocomplete="new-password"
        onType={onType}
      />
      {judgement && <StrengthMeter score={judgement.score} />}
    </>
  )
}

function adviceOf(judgement: Judgement | undefined): Advice[] {
  return !judgement || judgement.acceptable ? [] : [...judgement.violations, ...judgement.hints]
}

const STEPS = [1, 2, 3, 4]

/** @param score of zxcvbn, 0 to 4 */
function StrengthMeter({ score }: { score: number }) {
  return (
    <p class={`meter score${score}`} role="status">
      {STEPS.map(step => (
        <span key={step} class={step <= score ? 'filled' : undefined} />
      ))}
      <small>{t.common.strength[score]}</small>
    </p>
  )
}
