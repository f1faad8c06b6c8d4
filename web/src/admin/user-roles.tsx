import { useState } from 'preact/hooks'
import { demandConfirmation } from '../parts/confirm.tsx'
import { Done } from '../parts/feedback.tsx'
import { Checkbox } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { useLoad } from '../parts/use-load.ts'
import { admin } from './api.ts'
import { useMay } from './permissions.ts'
import { t } from './text.ts'
import type { Role, User } from './types.ts'
import { everyItem } from './use-pages.ts'

/** Roles are ticked, then saved: one click by mistake changes nobody's permissions. */
export function UserRoles({ user, onChanged }: { user: User; onChanged: () => void }) {
  const maySee = useMay('roles:read')
  const mayChange = useMay('roles:write')
  const { data: roles = [] } = useLoad(async () => (maySee ? everyItem<Role>('/api/v1/roles') : []), [])
  const [ticked, setTicked] = useState<Record<string, boolean>>({})
  const [saved, setSaved] = useState(false)
  const wanted = (name: string) => ticked[name] ?? user.roles.includes(name)
  const granted = roles.filter(({ name }) => wanted(name) && !user.roles.includes(name))
  const revoked = roles.filter(({ name }) => !wanted(name) && user.roles.includes(name))

  async function save() {
    setSaved(false)
    if (granted.length + revoked.length === 0) return
    await demandConfirmation({
      title: t.admin.confirm.roles(user.name),
      effect: t.admin.confirm.rolesEffect(granted.map(nameOf).join(', '), revoked.map(nameOf).join(', ')),
      action: t.admin.rolesSave,
    })
    if (granted.some(isAdministrative))
      await demandConfirmation({
        title: t.admin.confirm.administrator(user.name),
        effect: t.admin.confirm.administratorEffect,
        action: t.admin.confirm.administratorAction,
      })
    try {
      for (const { name } of granted) await admin('PUT', `/api/v1/users/${user.id}/roles/${name}`)
      for (const { name } of revoked) await admin('DELETE', `/api/v1/users/${user.id}/roles/${name}`)
      setTicked({})
      setSaved(true)
    } finally {
      onChanged()
    }
  }
  if (!mayChange || roles.length === 0)
    return (
      <section>
        <h2>{t.account.roles}</h2>
        <p>{user.roles.join(', ') || '–'}</p>
      </section>
    )
  return (
    <section>
      <h2>{t.account.roles}</h2>
      {saved && <Done>{t.common.saved}</Done>}
      <Form onSubmit={save} action={t.admin.rolesSave}>
        {roles.map(({ name, description }) => (
          <Checkbox
            key={name}
            name={`role:${name}`}
            label={name}
            note={description}
            checked={user.roles.includes(name)}
            onTick={has => setTicked(before => ({ ...before, [name]: has }))}
          />
        ))}
      </Form>
    </section>
  )
}

const nameOf = ({ name }: Role) => name

/** Users with it can grant themselves every other permission. */
function isAdministrative({ permissions }: Role) {
  return permissions.includes('users:write') && permissions.includes('roles:write')
}
