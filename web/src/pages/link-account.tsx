import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Page } from '../parts/page.tsx'
import { SignedIn } from '../parts/signed-in.tsx'
import { useLoad } from '../parts/use-load.ts'
import { navigate } from '../router.ts'
import { askSession, signOut } from '../session.ts'
import { t } from '../text/text.ts'
import { loadPending, type Pending } from './pending-identity.tsx'

/** Asks whether the identity that waits belongs to the account that is signed in now. */
export const LinkAccount = () => (
  <SignedIn>
    {() => (
      <Page title={t.providers.linkTitle}>
        <Question />
      </Page>
    )}
  </SignedIn>
)

function Question() {
  const { data: pending, problem, reload } = useLoad(loadPending, [])
  const action = useAction()
  if (problem?.status === 404 || action.problem?.status === 404) return <Expired />
  if (!pending) return problem ? <Failure problem={problem} retry={reload} /> : <Loading />
  if (action.problem?.code === 'identity_taken') return <Taken pending={pending} />
  const { provider, label, accountName } = pending
  async function link() {
    await call('POST', '/auth/identities/pending')
    // The session goes on under a new id.
    await askSession()
    navigate(`/account/security?linked=${provider}`, 'replace')
  }
  return (
    <>
      <p>{t.providers.linkQuestion(label, accountName)}</p>
      <p>{t.providers.linkEffect(label)}</p>
      <Failure problem={action.problem} />
      <div class="actions">
        <ActionButton action={action} act={link} kind="">
          {t.providers.linkSubmit}
        </ActionButton>
        <a href="/account" class="button outline" data-replace>
          {t.providers.notNow}
        </a>
      </div>
    </>
  )
}

function Expired() {
  return (
    <>
      <p class="notice failed" role="alert">
        {t.providers.linkExpired}
      </p>
      <p class="actions">
        <a href="/account/security" class="button" data-replace>
          {t.providers.toLinked}
        </a>
      </p>
    </>
  )
}

/** The server links an identity whose address an account has only to this account. */
function Taken({ pending: { provider, label, mayRegister } }: { pending: Pending }) {
  const action = useAction()
  const change = () => signOut(`/sign-in?problem=identity_undecided&provider=${provider}`)
  return (
    <>
      <p class="notice failed" role="alert">
        {mayRegister ? t.providers.taken(label) : t.providers.otherAccount(label)}
      </p>
      <Failure problem={action.problem} />
      <div class="actions">
        {!mayRegister && (
          <ActionButton action={action} act={change} kind="">
            {t.providers.changeAccount}
          </ActionButton>
        )}
        <a href="/account" class="button outline" data-replace>
          {t.common.account}
        </a>
      </div>
    </>
  )
}
