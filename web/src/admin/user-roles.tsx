import { useAction } from '../parts/action.tsx'
import { Failure } from '../parts/feedback.tsx'
import { useLoad } from '../parts/use-load.ts'
import { t } from '../text/text.ts'
import { admin } from './api.ts'
import { useMay } from './permissions.ts'
import type { Role, User } from './types.ts'
import { everyItem } from './use-pages.ts'

export const UserRoles = ({ user, onChanged }: { user: User; onChanged: () => void }) => {
  const maySee = useMay('roles:read')
  const mayChange = useMay('roles:write')
  const { data: roles = [] } = useLoad(async () => (maySee ? everyItem<Role>('/api/v1/roles') : []), [])
  const action = useAction()
  const change = (role: string, has: boolean) =>
    action.run(async () => {
      await admin(has ? 'DELETE' : 'PUT', `/api/v1/users/${user.id}/roles/${role}`).finally(onChanged)
    })
  return (
    <section>
      <h2>{t.account.roles}</h2>
      {roles.length === 0 && <p>{user.roles.join(', ') || '–'}</p>}
      {roles.map(({ name, description }) => (
        <label key={name} class="choice">
          <input
            type="checkbox"
            checked={user.roles.includes(name)}
            disabled={!mayChange || action.busy}
            onChange={() => change(name, user.roles.includes(name))}
          />
          <span>
            {name} <small class="quiet">{description}</small>
          </span>
        </label>
      ))}
      <Failure problem={action.problem} />
    </section>
  )
}
