import { call } from '../api.ts'
import { Avatar } from '../parts/avatar.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { showToast } from '../parts/toast.tsx'
import { askSession, identifierOf, session, type User } from '../session.ts'
import { useStore } from '../store.ts'
import { EmailRow } from './email-row.tsx'
import { CancelButton, OpenButton } from './open-button.tsx'
import { Row } from './row.tsx'
import { t } from './text.ts'
import { useOpener } from './use-opener.ts'

export function Profile() {
  const state = useStore(session)
  if (state.is !== 'in') return null
  const { user } = state.me
  const { id, name, username, email, emailVerified, roles } = user
  return (
    <section>
      <Person user={user} />
      <dl class="settings">
        <NameRow key={id} name={name} />
        <EmailRow email={email} verified={emailVerified} />
        {username !== null && <Row label={t.account.username}>{username}</Row>}
        {roles.some(role => role !== 'user') && <Row label={t.account.roles}>{roles.join(', ')}</Row>}
      </dl>
    </section>
  )
}

function Person({ user }: { user: User }) {
  return (
    <div class="person">
      <Avatar id={user.id} name={user.name} size="large" />
      <div>
        <strong class="long">{user.name}</strong>
        <div class="quiet long">{identifierOf(user)}</div>
      </div>
    </div>
  )
}

function NameRow({ name }: { name: string }) {
  const editor = useOpener()
  async function save(values: Values) {
    await call('PATCH', '/auth/profile', { name: values.name })
    await askSession()
    showToast(() => t.account.nameSaved)
    editor.close()
  }
  return (
    <Row
      label={t.common.name}
      button={
        <OpenButton opener={editor} label={t.account.nameEdit}>
          {t.account.edit}
        </OpenButton>
      }
    >
      {!editor.isOpen && name}
      {editor.isOpen && (
        <Form
          onSubmit={save}
          action={t.common.save}
          label={t.account.nameEdit}
          beside={<CancelButton onCancel={editor.close} />}
        >
          <Field
            name="name"
            label={t.common.name}
            initial={name}
            hint={t.account.nameHint}
            required
            autofocus
            autocomplete="name"
          />
        </Form>
      )}
    </Row>
  )
}
