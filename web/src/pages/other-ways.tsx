import { Mail } from 'lucide'
import { Icon } from '../parts/icon.tsx'
import { site } from '../site.ts'
import { t } from '../text/text.ts'
import { LastUsed } from './last-used.tsx'
import type { LoginAnswer } from './login-answer.ts'
import { canUsePasskey, PasskeyWay } from './passkey-way.tsx'
import { ProviderWays } from './provider-ways.tsx'

type OtherWaysProps = {
  remember: { current: boolean }
  onDone: (answer: LoginAnswer) => Promise<void>
  /** Absent where the form itself sends the email. */
  onEmail?: () => void
}

/** The ways to sign in beside the form, as SIGN_IN_WITH and the providers allow. */
export function OtherWays({ remember, onDone, onEmail }: OtherWaysProps) {
  const hasEmail = onEmail && site.offers('email')
  if (!canUsePasskey() && !hasEmail && site.providers.length === 0) return null
  return (
    <div class="alternative">
      <p class="or">{t.signIn.or}</p>
      {canUsePasskey() && <PasskeyWay remember={remember} onDone={onDone} />}
      {hasEmail && (
        <button type="button" class="outline" onClick={onEmail}>
          <Icon icon={Mail} />
          {t.byEmail.submit} <LastUsed way="email" />
        </button>
      )}
      <ProviderWays remember={remember} />
    </div>
  )
}
