import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { enter, type WhoAmI } from '../session.ts'
import { t } from '../text/text.ts'
import { CodeField } from './field.tsx'
import { Form, type Values } from './form.tsx'
import { Resend } from './resend.tsx'

type ProveByEmailProps = { me: WhoAmI; onProven: () => void; beside: ComponentChildren }

/** Signs in again with the code of an email: the new session replaces this one. */
export function ProveByEmail({ me: { user, session }, onProven, beside }: ProveByEmailProps) {
  const [sent, setSent] = useState(false)
  async function ask() {
    await call('POST', '/auth/login/email', { email: user.email, rememberMe: session.remembered })
    setSent(true)
  }
  async function prove({ code }: Values) {
    await call('POST', '/auth/login/email/code', { code })
    await enter()
    onProven()
  }
  if (!sent) return <Form key="ask" onSubmit={ask} action={t.prove.sendCode} beside={beside} />
  return (
    <>
      <p>{t.byEmail.sent(user.email ?? '')}</p>
      <Form key="code" onSubmit={prove} action={t.prove.submit} beside={beside}>
        <CodeField label={t.byEmail.code} autofocus />
      </Form>
      <Resend send={ask} />
    </>
  )
}
