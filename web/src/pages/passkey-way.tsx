import { Fingerprint } from 'lucide'
import { call } from '../api.ts'
import { keepLastWay } from '../last-way.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Failure } from '../parts/feedback.tsx'
import { Icon } from '../parts/icon.tsx'
import { site } from '../site.ts'
import { t } from '../text/text.ts'
import { LastUsed } from './last-used.tsx'
import type { LoginAnswer } from './login-answer.ts'

type Remember = { current: boolean }

/** Whether this server and this browser let somebody sign in with a passkey alone. */
export const canUsePasskey = () => site.offers('passkey') && Boolean(window.PublicKeyCredential)

export async function signInByPasskey(credential: object, remember: Remember) {
  const answer = await call<LoginAnswer>('POST', '/auth/login/passkey', { credential, rememberMe: remember.current })
  keepLastWay('passkey')
  return answer
}

type PasskeyWayProps = { remember: Remember; onDone: (answer: LoginAnswer) => Promise<void> }

export function PasskeyWay({ remember, onDone }: PasskeyWayProps) {
  const action = useAction()
  async function signIn() {
    const { askPasskey } = await import('../parts/passkey.ts')
    await onDone(await signInByPasskey(await askPasskey('/auth/login/passkey/options'), remember))
  }
  return (
    <>
      <ActionButton action={action} act={signIn}>
        <Icon icon={Fingerprint} />
        {t.signIn.passkey} <LastUsed way="passkey" />
      </ActionButton>
      <Failure problem={action.problem} />
    </>
  )
}
