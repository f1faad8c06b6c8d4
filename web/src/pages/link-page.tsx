import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { Done } from '../parts/feedback.tsx'
import { Form } from '../parts/form.tsx'
import { Page } from '../parts/page.tsx'
import { useSecret } from '../parts/secret.ts'
import { askSession, left, session } from '../session.ts'
import { t } from '../text/text.ts'

type Purpose = 'verifyEmail' | 'confirmEmail' | 'undoEmailChange' | 'notMe'

const ENDPOINTS: Record<Purpose, string> = {
  verifyEmail: '/auth/verify-email',
  confirmEmail: '/auth/confirm-email',
  undoEmailChange: '/auth/undo-email-change',
  notMe: '/auth/not-me',
}

/** What the link of a mail opens. Nothing happens until the button is pressed: mail scanners open links too. */
export function LinkPage({ purpose }: { purpose: Purpose }) {
  const token = useSecret()
  const [done, setDone] = useState(false)
  const { title, lead, submit, done: sentence } = t.links[purpose]

  async function act() {
    const { passwordToken } = await call<{ passwordToken?: string }>('POST', ENDPOINTS[purpose], { token })
    // This browser did not register the account: the reader of the email chooses the password.
    if (passwordToken) return location.replace(`/reset-password#${passwordToken}`)
    if (purpose === 'verifyEmail') await askSession().catch(() => {})
    else left(purpose === 'notMe' ? 'reported' : 'email-changed')
    setDone(true)
  }

  return (
    <Page title={title}>
      {done && (
        <>
          <Done>{sentence}</Done>
          <p class="alternative">
            {session.get().is === 'in' ? (
              <a href="/account" class="button" data-replace>
                {t.common.account}
              </a>
            ) : (
              <a href="/sign-in" class="button" data-replace>
                {t.common.signIn}
              </a>
            )}
          </p>
        </>
      )}
      {!done && !token && <p>{t.links.noSecret}</p>}
      {!done && token && (
        <>
          <p>{lead}</p>
          <Form onSubmit={act} action={submit} {...(purpose === 'notMe' && { danger: true })} />
        </>
      )}
    </Page>
  )
}
