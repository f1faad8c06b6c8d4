import { useState } from 'preact/hooks'
import { Dialog } from '../parts/dialog.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Checkbox, Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { useLoad } from '../parts/use-load.ts'
import { textFor } from '../text/text.ts'
import { admin, sendAdmin } from './api.ts'
import { t } from './text.ts'
import type { Role } from './types.ts'

type RoleDialogProps = {
  /** Empty for a new one. */
  name: string
  /** What there is to grant. */
  permissions: string[]
  onSaved: () => void
  onClose: () => void
}

type Read = { role: Role; tag: string }
const NEW: Read = { role: { id: '', name: '', description: '', permissions: [], builtIn: false }, tag: '' }

async function read(name: string): Promise<Read> {
  if (!name) return NEW
  const { answer, headers } = await sendAdmin<Role>({ method: 'GET', path: `/api/v1/roles/${name}` })
  return { role: answer, tag: headers.get('ETag') ?? '' }
}

export function RoleDialog(props: RoleDialogProps) {
  const { name, onClose } = props
  const { data, problem } = useLoad(() => read(name), [name])
  return (
    <Dialog title={name ? t.admin.roleEdit(name) : t.admin.roleNew} onClose={onClose}>
      {!data && !problem && <Loading />}
      <Failure problem={problem} />
      {data && <RoleForm {...props} {...data} />}
    </Dialog>
  )
}

function RoleForm({ name, permissions, onSaved, onClose, role, tag }: RoleDialogProps & Read) {
  const [granted, setGranted] = useState(role.permissions)
  const toggle = (permission: string) => (ticked: boolean) =>
    setGranted(before => (ticked ? [...before, permission] : before.filter(each => each !== permission)))
  async function save(values: Values) {
    const body = { description: values.description ?? '', permissions: granted }
    if (name) await sendAdmin({ method: 'PATCH', path: `/api/v1/roles/${name}`, body, headers: { 'If-Match': tag } })
    else await admin('POST', '/api/v1/roles', { name: values.name, ...body })
    onSaved()
  }
  return (
    <Form
      onSubmit={save}
      action={t.common.save}
      beside={
        <button type="button" class="outline secondary" onClick={onClose}>
          {t.common.cancel}
        </button>
      }
    >
      {!name && (
        <Field
          name="name"
          label={t.common.name}
          hint={t.admin.roleNameHint}
          required
          autofocus
          autocomplete="off"
          autocapitalize="none"
        />
      )}
      <Field
        name="description"
        label={t.admin.description}
        initial={role.description}
        autocomplete="off"
        maxLength={255}
      />
      <fieldset>
        <legend>{t.admin.grants}</legend>
        {permissions.map(permission => (
          <Checkbox
            key={permission}
            name={`grant:${permission}`}
            label={textFor(t.permissions, permission) ?? permission}
            checked={role.permissions.includes(permission)}
            onTick={toggle(permission)}
          />
        ))}
      </fieldset>
    </Form>
  )
}
