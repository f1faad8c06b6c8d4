import { useState } from 'preact/hooks'
import { Done } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { LANGUAGES } from '../text/languages.ts'
import { showTime } from '../text/text.ts'
import { sendAdmin } from './api.ts'
import { useMay } from './permissions.ts'
import { t } from './text.ts'
import type { User } from './types.ts'
import { Address } from './user-columns.tsx'
import { DangerZone } from './user-danger.tsx'
import { UserIdentities } from './user-identities.tsx'

type UserProfileProps = { user: User; path: string; tag: string; onChanged: () => void }

export function UserProfile({ user, path, tag, onChanged }: UserProfileProps) {
  const mayWrite = useMay('users:write')
  return (
    <>
      <section>
        <dl>
          <dt>{t.common.email}</dt>
          <dd class="long">
            <Address user={user} />
          </dd>
          {!mayWrite && user.username && (
            <>
              <dt>{t.account.username}</dt>
              <dd class="long">{user.username}</dd>
            </>
          )}
          {user.language && (
            <>
              <dt>{t.common.language}</dt>
              <dd>{LANGUAGES[user.language].name}</dd>
            </>
          )}
          <dt>{t.admin.since}</dt>
          <dd>{showTime(user.createdAt)}</dd>
          <dt>{t.admin.id}</dt>
          <dd class="long">
            <code>{user.id}</code>
          </dd>
        </dl>
        {mayWrite && <NameForm user={user} tag={tag} onSaved={onChanged} />}
      </section>
      <UserIdentities path={path} />
      {mayWrite && <DangerZone user={user} path={path} onChanged={onChanged} />}
    </>
  )
}

/** Names the version that was read, so that nobody's change is lost (412). */
function NameForm({ user, tag, onSaved }: { user: User; tag: string; onSaved: () => void }) {
  const [saved, setSaved] = useState(false)
  async function save({ name, username }: Values) {
    const body = { name, username: username || null }
    setSaved(false)
    await sendAdmin({ method: 'PATCH', path: `/api/v1/users/${user.id}`, body, headers: { 'If-Match': tag } })
    setSaved(true)
    onSaved()
  }
  return (
    <>
      <Form onSubmit={save} action={t.common.save}>
        <Field name="name" label={t.common.name} initial={user.name} required autocomplete="off" maxLength={200} />
        <Field
          name="username"
          label={t.account.username}
          initial={user.username ?? ''}
          autocomplete="off"
          autocapitalize="none"
          maxLength={64}
        />
      </Form>
      {saved && <Done>{t.common.saved}</Done>}
    </>
  )
}
