import { useState } from 'preact/hooks'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Badge } from '../parts/badge.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { Page } from '../parts/page.tsx'
import { useLoad } from '../parts/use-load.ts'
import { textFor } from '../text/text.ts'
import { admin } from './api.ts'
import { useMay } from './permissions.ts'
import { RoleDialog } from './role-dialog.tsx'
import { t } from './text.ts'
import type { ListedRole } from './types.ts'
import { everyItem } from './use-pages.ts'

export function Roles() {
  const { data: roles, problem, reload } = useLoad(() => everyItem<ListedRole>('/api/v1/roles'), [])
  const mayChange = useMay('roles:write')
  const [editing, setEditing] = useState<string>()
  const [removed, setRemoved] = useState(false)
  const action = useAction()
  async function remove(name: string) {
    await demandConfirmation({
      title: t.admin.confirm.removeRole(name),
      effect: t.admin.confirm.removeRoleEffect,
      action: t.common.remove,
    })
    await admin('DELETE', `/api/v1/roles/${name}`)
    setRemoved(true)
    reload()
  }
  function onSaved() {
    setEditing(undefined)
    reload()
  }
  if (!roles)
    return (
      <Page title={t.admin.sections.roles} width="wide">
        {problem ? <Failure problem={problem} retry={reload} /> : <Loading />}
      </Page>
    )
  const all = [...new Set(roles.flatMap(({ permissions }) => permissions))].sort()
  const create = mayChange && (
    <button type="button" onClick={() => setEditing('')}>
      {t.admin.roleNew}
    </button>
  )
  return (
    <Page title={t.admin.sections.roles} width="wide" beside={create}>
      <section>
        <p>{t.admin.rolesLead}</p>
        {removed && <Done>{t.admin.roleRemoved}</Done>}
        <Failure problem={action.problem} />
        {roles.map(role => (
          <div key={role.name} class="item">
            <div>
              <h2>
                {role.name} {role.builtIn && <Badge>{t.admin.builtIn}</Badge>}
              </h2>
              <p class="quiet">{role.description}</p>
              <p class="badges">
                {role.permissions.map(each => (
                  <Badge key={each}>{textFor(t.permissions, each) ?? each}</Badge>
                ))}
                {role.permissions.length === 0 && <span class="quiet">{t.account.noScopes}</span>}
              </p>
              <p>
                <HoldersOf role={role} />
              </p>
            </div>
            {mayChange && (
              <div class="actions">
                {role.name !== 'admin' && (
                  <button
                    type="button"
                    class="outline secondary small"
                    aria-label={`${t.admin.edit}: ${role.name}`}
                    onClick={() => setEditing(role.name)}
                  >
                    {t.admin.edit}
                  </button>
                )}
                {!role.builtIn && (
                  <ActionButton
                    action={action}
                    act={() => remove(role.name)}
                    kind="outline danger small"
                    label={`${t.common.remove}: ${role.name}`}
                  >
                    {t.common.remove}
                  </ActionButton>
                )}
              </div>
            )}
          </div>
        ))}
      </section>
      {editing !== undefined && (
        <RoleDialog name={editing} permissions={all} onSaved={onSaved} onClose={() => setEditing(undefined)} />
      )}
    </Page>
  )
}

/** Where the server stops counting. */
const COUNTED = 1000

function HoldersOf({ role: { name, users } }: { role: ListedRole }) {
  const maySeeUsers = useMay('users:read')
  const words = users > COUNTED ? t.admin.moreUsersThan(COUNTED) : t.admin.usersShown(users, false)
  if (!maySeeUsers || users === 0) return <small class="quiet">{words}</small>
  return <a href={`/admin/users?role=${name}`}>{words}</a>
}
