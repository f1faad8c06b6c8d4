import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { Done } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { NewPasswordField } from '../parts/new-password-field.tsx'
import { Page } from '../parts/page.tsx'
import { useSecret } from '../parts/secret.ts'
import { site } from '../site.ts'
import { t } from '../text/text.ts'
import { typedEmail, typedIdentifier } from '../typed.ts'
import { EmailCodeStep } from './email-code-step.tsx'
import { SecondFactorStep } from './second-factor-step.tsx'
import { useSignIn } from './use-sign-in.ts'

export function Register() {
  const invitation = useSecret()
  const [made, setMade] = useState<string>()
  const [asked, setAsked] = useState<string>()

  async function register({ username, ...account }: Values) {
    const body = { ...account, ...(username && { username }), ...(invitation && { invitation }) }
    const { email } = await call<{ email?: string }>('POST', '/auth/register', body)
    if (email) setMade(email)
    else setAsked(account.email)
  }

  if (asked && !site.offers('password')) return <EmailSteps email={asked} onBack={() => setAsked(undefined)} />
  if (asked)
    return (
      <Page key="asked" title={t.register.checkTitle}>
        <Done>{t.register.check(asked)}</Done>
      </Page>
    )
  if (made)
    return (
      <Page key="made" title={t.register.doneTitle}>
        <Done>{t.register.done(made)}</Done>
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
        <Form onSubmit={register} action={t.register.submit}>
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
        {t.register.have} <a href="/sign-in">{t.common.signIn}</a>
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
