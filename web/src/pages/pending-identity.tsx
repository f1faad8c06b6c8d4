import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Failure, Notice } from '../parts/feedback.tsx'
import { useLoad } from '../parts/use-load.ts'
import { place } from '../router.ts'
import { t } from '../text/text.ts'
import type { LoginAnswer } from './login-answer.ts'
import { SignInProblem } from './sign-in-problem.tsx'

/** `GET /auth/identities/pending`. */
export type Pending = { provider: string; label: string; accountName: string; mayRegister: boolean }

export const loadPending = () => call<Pending>('GET', '/auth/identities/pending')

type PendingIdentityProps = { onDone: (answer: LoginAnswer, destination?: string) => Promise<void> }

/** Says above the sign-in form that the identity has no account yet, and what to do about it. */
export function PendingIdentity({ onDone }: PendingIdentityProps) {
  const { data, problem, reload } = useLoad(loadPending, [])
  const action = useAction()
  const create = async () => onDone(await call<LoginAnswer>('POST', '/auth/register/provider'), '/account')
  if (problem?.status === 404) return <SignInProblem query={place.get().query} code="provider_answer_expired" />
  if (!data) return <Failure problem={problem} retry={reload} />
  const { label, accountName, mayRegister } = data
  return (
    <>
      <Notice>
        {t.providers.notLinked(label, accountName)}{' '}
        {mayRegister ? t.providers.signInOrCreate : t.providers.signInToLink}
      </Notice>
      {mayRegister && (
        <div class="alternative">
          <ActionButton action={action} act={create}>
            {t.register.submit}
          </ActionButton>
          <Failure problem={action.problem} />
          <p class="or">{t.signIn.or}</p>
        </div>
      )}
    </>
  )
}
