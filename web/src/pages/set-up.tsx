import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { Done } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { NewPasswordField } from '../parts/new-password-field.tsx'
import { Page } from '../parts/page.tsx'
import { useSecret } from '../parts/secret.ts'
import { asProblem, Problem } from '../problem.ts'
import { t } from '../text/text.ts'

const NEW_LINK = 'npm run latchkey -- setup-link'

export const SetUp = () => {
  const token = useSecret()
  const [made, setMade] = useState<{ name: string; email: string }>()

  const setUp = async (account: Values) => {
    try {
      setMade(await call('POST', '/auth/setup', { ...account, token }))
    } catch (error) {
      const { code, status } = asProblem(error)
      if (code !== 'invalid_setup_link') throw error
      const detail = `${t.setup.refusedBefore} ${NEW_LINK} ${t.setup.noLinkAfter}`
      throw new Problem({ code: 'refused_setup_link', status, detail })
    }
  }

  return (
    <Page title={t.setup.title}>
      {made && (
        <>
          <Done>{t.setup.done(made.name, made.email)}</Done>
          <p class="actions">
            <a href="/sign-in" class="button">
              {t.common.signIn}
            </a>
          </p>
        </>
      )}
      {!made && !token && (
        <p>
          {t.setup.noLinkBefore} <code>{NEW_LINK}</code> {t.setup.noLinkAfter}
        </p>
      )}
      {!made && token && (
        <>
          <p>{t.setup.lead}</p>
          <Form onSubmit={setUp} action={t.setup.submit}>
            <Field name="name" label={t.common.name} required autocomplete="name" maxLength={200} />
            <Field name="email" type="email" label={t.common.email} required autocomplete="email" maxLength={254} />
            <NewPasswordField />
          </Form>
        </>
      )}
    </Page>
  )
}
