import { useEffect, useRef, useState } from 'preact/hooks'
import { isLastWay } from '../last-way.ts'
import { asProblem, type Problem } from '../problem.ts'
import type { LoginAnswer } from './login-answer.ts'
import { canUsePasskey, signInByPasskey } from './passkey-way.tsx'

/**
 * Lets the browser offer passkeys in the field of the name: at once where one was used the last time, otherwise when somebody begins to
 * use the field, so that a visit that signs nobody in costs the server nothing.
 */
export function usePasskeyOffer(remember: { current: boolean }, onDone: (answer: LoginAnswer) => Promise<void>) {
  const offered = useRef(false)
  const [refused, setRefused] = useState<Problem>()
  async function offer() {
    if (offered.current || !canUsePasskey()) return
    offered.current = true
    const { offerPasskeys } = await import('../parts/passkey.ts')
    const credential = await offerPasskeys('/auth/login/passkey/options').catch(() => undefined)
    if (credential)
      await signInByPasskey(credential, remember)
        .then(onDone)
        .catch(error => setRefused(asProblem(error)))
  }
  useEffect(() => {
    if (isLastWay('passkey')) void offer()
  }, [])
  return { refused, offer: () => void offer() }
}
