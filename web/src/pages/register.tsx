import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { Done } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { NewPasswordField } from '../parts/new-password-field.tsx'
import { Page } from '../parts/page.tsx'
import { Resend } from '../parts/resend.tsx'
import { useSecret } from '../parts/secret.ts'
import { showToast } from '../parts/toast.tsx'
import { site } from '../site.ts'
import { t } from '../text/text.ts'
import { typedEmail, typedIdentifier } from '../typed.ts'
import { EmailCodeStep } from './email-code-step.tsx'
import type { LoginAnswer } from './login-answer.ts'
import { SecondFactorStep } from './second-factor-step.tsx'
import { useSignIn, withReturn } from './use-sign-in.ts'

type Account = { name: string; email: string; username?: string; password?: string; invitation?: string }
type Made = { email: string; emailVerified: boolean }

/** Answers with the account, or without one if an email tells how to go on. */
const register = (account: Account) => call<Partial<Made>>('POST', '/auth/register', account)

export function Register() {
  const invitation = useSecret()
  const [made, setMade] = useState<Made>()
  const [asked, setAsked] = useState<Account>()
  const { proceed } = useSignIn()

  async function submit({ name = '', email = '', username, password }: Values) {
    const account = {
      name,
      email,
      ...(username && { username }),
      ...(password && { password }),
      ...(invitation && { invitation }),
    }
    const answer = await register(account)
    if (answer.email === undefined) return setAsked(account)
    const { emailVerified = false } = answer
    if (!password || !(await signsIn(account))) return setMade({ email, emailVerified })
    if (!emailVerified) showToast(() => t.register.done(email))
  }

  /** So that nobody types the password twice. */
  async function signsIn({ email, password }: Account): Promise<boolean> {
    try {
      await proceed(await call<LoginAnswer>('POST', '/auth/login', { email, password, rememberMe: false }))
      return true
    } catch {
      return false
    }
  }

  if (asked && !site.offers('password')) return <EmailSteps email={asked.email} onBack={() => setAsked(undefined)} />
  if (asked)
    return (
      <Page key="asked" title={t.register.checkTitle}>
        <Done>{t.register.check(asked.email)}</Done>
        <Resend send={() => register(asked)} />
      </Page>
    )
  if (made)
    return (
      <Page key="made" title={t.register.doneTitle}>
        <Done>{made.emailVerified ? t.register.ready : t.register.done(made.email)}</Done>
        <p class="actions">
          <a href="/sign-in" class="button" data-replace>
            {t.common.signIn}
          </a>
        </p>
      </Page>
    )
  return (
    <Page title={t.register.title}>
      {site.registration === 'closed' && <p>{t.register.closed}</p>}
      {site.registration === 'invite' && !invitation && <p>{t.register.needsInvitation}</p>}
      {isOpenTo(invitation) && (
        <Form onSubmit={submit} action={t.register.submit}>
          <Field name="name" label={t.common.name} required autofocus autocomplete="name" maxLength={200} />
          <Field
            name="email"
            type="email"
            label={t.common.email}
            initial={typedEmail()}
            hint={invitation ? t.register.invitedHint : undefined}
            required
            autocomplete="email"
            maxLength={254}
            onType={typedIdentifier.set}
          />
          <Field
            name="username"
            label={t.register.username}
            hint={t.register.usernameHint}
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            maxLength={64}
          />
          {site.offers('password') && <NewPasswordField />}
        </Form>
      )}
      <p class="foot">
        {t.register.have} <a href={withReturn('/sign-in')}>{t.common.signIn}</a>
      </p>
    </Page>
  )
}

/** Without a password, the email of the registration signs in. */
function EmailSteps({ email, onBack }: { email: string; onBack: () => void }) {
  const { methods, proceed, startOver } = useSignIn()
  if (methods) return <SecondFactorStep methods={methods} onDone={proceed} onBack={startOver} />
  return (
    <EmailCodeStep
      request={{ email, rememberMe: false }}
      lead={t.register.check(email)}
      onDone={proceed}
      onBack={onBack}
    />
  )
}

function isOpenTo(invitation: string) {
  return site.registration !== 'closed' && (site.registration !== 'invite' || Boolean(invitation))
}
