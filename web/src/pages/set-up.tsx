import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { NewPasswordField } from '../parts/new-password-field.tsx'
import { Page } from '../parts/page.tsx'
import { useSecret } from '../parts/secret.ts'
import { useLoad } from '../parts/use-load.ts'
import { asProblem, type Problem } from '../problem.ts'
import { site } from '../site.ts'
import { t } from '../text/text.ts'

const NEW_LINK = 'npm run latchkey -- setup-link'
const ANOTHER_ADMINISTRATOR = 'npm run latchkey -- user create --email you@example.org --name "Your Name" --role admin'

export function SetUp() {
  const token = useSecret()
  return (
    <Page title={t.setup.title}>
      {token ? <SetUpByLink key={token} token={token} /> : <Command lead={t.setup.noLink} command={NEW_LINK} />}
    </Page>
  )
}

function SetUpByLink({ token }: { token: string }) {
  const { data: link, problem, reload } = useLoad(() => call('POST', '/auth/setup/check', { token }), [token])
  const [refused, setRefused] = useState<Problem>()
  const [made, setMade] = useState<{ name: string; email: string }>()

  async function setUp(account: Values) {
    try {
      setMade(await call('POST', '/auth/setup', { ...account, token }))
    } catch (error) {
      if (!isDead(asProblem(error))) throw error
      setRefused(asProblem(error))
    }
  }

  if (made)
    return (
      <>
        <Done>{t.setup.done(made.name, made.email)}</Done>
        <SignInLink />
      </>
    )
  const dead = [refused, problem].find(isDead)
  if (dead) return <DeadLink isSetUp={dead.code === 'already_set_up'} />
  if (problem) return <Failure problem={problem} retry={reload} />
  if (!link) return <Loading />
  return (
    <>
      <p>{t.setup.lead}</p>
      <Form onSubmit={setUp} action={t.setup.submit}>
        <Field name="name" label={t.common.name} required autocomplete="name" maxLength={200} />
        <Field name="email" type="email" label={t.common.email} required autocomplete="email" maxLength={254} />
        {site.offers('password') && <NewPasswordField />}
      </Form>
    </>
  )
}

function isDead(problem: Problem | undefined) {
  return problem?.code === 'invalid_setup_link' || problem?.code === 'already_set_up'
}

function DeadLink({ isSetUp }: { isSetUp: boolean }) {
  return (
    <div role="alert">
      {isSetUp ? (
        <Command lead={t.setup.alreadySetUp} command={ANOTHER_ADMINISTRATOR} />
      ) : (
        <Command lead={t.setup.dead} command={NEW_LINK} />
      )}
      <SignInLink />
    </div>
  )
}

function Command({ lead, command }: { lead: string; command: string }) {
  return (
    <>
      <p>{lead}</p>
      <pre>
        <code>{command}</code>
      </pre>
    </>
  )
}

function SignInLink() {
  return (
    <p class="actions">
      <a href="/sign-in" class="button" data-replace>
        {t.common.signIn}
      </a>
    </p>
  )
}
