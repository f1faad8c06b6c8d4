import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Failure } from '../parts/feedback.tsx'
import { site } from '../site.ts'
import { t } from '../text/text.ts'
import type { LoginAnswer } from './login-answer.ts'

type Remember = { current: boolean }

/** Whether this server and this browser let somebody sign in with a passkey alone. */
export const canUsePasskey = () => site.offers('passkey') && Boolean(window.PublicKeyCredential)

export function signInByPasskey(credential: object, remember: Remember) {
  return call<LoginAnswer>('POST', '/auth/login/passkey', { credential, rememberMe: remember.current })
}

export function PasskeyWay({
  remember,
  onDone,
}: {
  remember: Remember
  onDone: (answer: LoginAnswer) => Promise<void>
}) {
  const action = useAction()
  async function signIn() {
    const { askPasskey } = await import('../parts/passkey.ts')
    await onDone(await signInByPasskey(await askPasskey('/auth/login/passkey/options'), remember))
  }
  return (
    <>
      <ActionButton action={action} act={signIn}>
        {t.signIn.passkey}
      </ActionButton>
      <Failure problem={action.problem} />
    </>
  )
}
