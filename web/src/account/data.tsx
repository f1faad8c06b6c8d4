import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Failure } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { saveFile } from '../parts/save-file.ts'
import { navigate } from '../router.ts'
import { left } from '../session.ts'
import { t } from '../text/text.ts'

export function Data() {
  const action = useAction()
  async function download() {
    const data = await call('GET', '/auth/export')
    saveFile('account.json', 'application/json', JSON.stringify(data, null, 2))
  }
  async function remove({ email }: Values) {
    await call('POST', '/auth/delete-account', { email })
    left()
    navigate('/', 'replace')
  }
  return (
    <>
      <section>
        <h2>{t.account.exportTitle}</h2>
        <p>{t.account.exportLead}</p>
        <ActionButton action={action} act={download}>
          {t.account.exportSubmit}
        </ActionButton>
        <Failure problem={action.problem} />
      </section>
      <section>
        <h2>{t.account.deleteTitle}</h2>
        <p>{t.account.deleteLead}</p>
        <Form onSubmit={remove} action={t.account.deleteSubmit} danger>
          <Field
            name="email"
            type="email"
            label={t.account.deleteEmail}
            required
            autocomplete="off"
            autocapitalize="none"
          />
        </Form>
      </section>
    </>
  )
}
