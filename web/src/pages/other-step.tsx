import { useRef } from 'preact/hooks'
import { Checkbox } from '../parts/field.tsx'
import { t } from '../text/text.ts'
import type { LoginAnswer } from './login-answer.ts'
import { canUsePasskey, PasskeyWay } from './passkey-way.tsx'
import { ProviderWays } from './provider-ways.tsx'

/** Where SIGN_IN_WITH has neither passwords nor emails. */
export function OtherStep({ onDone }: { onDone: (answer: LoginAnswer) => Promise<void> }) {
  const remember = useRef(false)
  return (
    <div class="alternative">
      <Checkbox
        name="rememberMe"
        label={t.signIn.rememberMe}
        onTick={ticked => {
          remember.current = ticked
        }}
      />
      {canUsePasskey() && <PasskeyWay remember={remember} onDone={onDone} />}
      <ProviderWays remember={remember} />
    </div>
  )
}
