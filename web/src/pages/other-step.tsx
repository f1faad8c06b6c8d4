import { useRef } from 'preact/hooks'
import type { LoginAnswer } from './login-answer.ts'
import { canUsePasskey, PasskeyWay } from './passkey-way.tsx'
import { ProviderWays } from './provider-ways.tsx'
import { RememberMe } from './remember-me.tsx'

/** Where SIGN_IN_WITH has neither passwords nor emails. */
export function OtherStep({ onDone }: { onDone: (answer: LoginAnswer) => Promise<void> }) {
  const remember = useRef(false)
  return (
    <div class="alternative">
      {canUsePasskey() && <PasskeyWay remember={remember} onDone={onDone} />}
      <ProviderWays remember={remember} />
      <RememberMe remember={remember} />
    </div>
  )
}
