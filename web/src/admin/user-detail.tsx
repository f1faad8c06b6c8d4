import { useState } from 'preact/hooks'
import { ActionButton, useAction } from '../parts/action.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { useLoad } from '../parts/use-load.ts'
import { navigate, place } from '../router.ts'
import { site } from '../site.ts'
import { showTime, t } from '../text/text.ts'
import { admin, sendAdmin } from './api.ts'
import { useMay } from './permissions.ts'
import type { User } from './types.ts'
import { UserIdentities } from './user-identities.tsx'
import { UserRoles } from './user-roles.tsx'
import { UserSessions } from './user-sessions.tsx'
import { UserTokens } from './user-tokens.tsx'
import { Address } from './users.tsx'

export function UserDetail() {
  const id = place.get().params.id ?? ''
  const path = `/api/v1/users/${encodeURIComponent(id)}`
  const { data, problem, reload } = useLoad(() => sendAdmin<User>({ method: 'GET', path }), [path])
  const mayWrite = useMay('users:write')
  const maySeeSessions = useMay('sessions:read')
  if (!data) return problem ? <Failure problem={problem} retry={reload} /> : <Loading />
  const user = data.answer
  return (
    <>
      <p>
        <a href="/admin/users">← {t.admin.allUsers}</a>
      </p>
      <section>
        <h2>
          {user.name} {user.disabled && <span class="tag bad">{t.admin.disabled}</span>}
        </h2>
        <dl>
          <dt>{t.common.email}</dt>
          <dd class="long">
            <Address user={user} />
          </dd>
          <dt>{t.admin.since}</dt>
          <dd>{showTime(user.createdAt)}</dd>
          <dt>{t.admin.id}</dt>
          <dd class="long">
            <code>{user.id}</code>
          </dd>
        </dl>
        <p>
          <a href={`/admin/audit?userId=${user.id}`}>{t.admin.eventsOf}</a>
        </p>
        {mayWrite && <NameForm user={user} tag={data.headers.get('ETag') ?? ''} onSaved={reload} />}
      </section>
      <UserRoles user={user} onChanged={reload} />
      <UserIdentities path={path} />
      {maySeeSessions && <UserSessions path={path} />}
      {maySeeSessions && <UserTokens path={path} />}
      {mayWrite && <Measures user={user} path={path} onChanged={reload} />}
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

function Measures({ user, path, onChanged }: { user: User; path: string; onChanged: () => void }) {
  const action = useAction()
  const [said, setSaid] = useState<'disable' | 'enable' | 'reset'>()
  const [deleting, setDeleting] = useState(false)
  const act = (verb: 'disable' | 'enable' | 'reset') => async () => {
    if (verb === 'disable')
      await demandConfirmation({
        title: t.confirm.disable(user.name),
        effect: t.confirm.disableEffect,
        action: t.admin.disable,
      })
    await admin('POST', `${path}/${verb}`)
    setSaid(verb)
    onChanged()
  }
  const sentences = { disable: t.admin.disableDone, enable: t.admin.enableDone, reset: t.admin.resetDone }
  async function remove() {
    await admin('DELETE', path)
    navigate('/admin/users', 'replace')
  }
  return (
    <section>
      <h2>{t.admin.measures}</h2>
      {said && <Done>{sentences[said]}</Done>}
      <Failure problem={action.problem} />
      <div class="actions">
        {user.email !== null && site.offers('password') && (
          <ActionButton action={action} act={act('reset')}>
            {t.admin.reset}
          </ActionButton>
        )}
        {user.disabled ? (
          <ActionButton action={action} act={act('enable')}>
            {t.admin.enable}
          </ActionButton>
        ) : (
          <ActionButton action={action} act={act('disable')} kind="outline danger">
            {t.admin.disable}
          </ActionButton>
        )}
        <button type="button" class="outline danger" onClick={() => setDeleting(true)}>
          {t.admin.remove}
        </button>
      </div>
      {deleting && (
        <Dialog title={t.admin.removeTitle(user.name)} onClose={() => setDeleting(false)}>
          <p>{t.admin.removeLead}</p>
          <Form
            onSubmit={remove}
            action={t.admin.remove}
            danger
            beside={
              <button type="button" class="outline secondary" onClick={() => setDeleting(false)}>
                {t.common.cancel}
              </button>
            }
          />
        </Dialog>
      )}
    </section>
  )
}
