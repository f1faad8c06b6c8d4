import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { Checkbox, Field, Select } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { useLoad } from '../parts/use-load.ts'
import { showDay, textFor } from '../text/text.ts'
import { CancelButton } from './open-button.tsx'
import { t } from './text.ts'

const LIFETIMES = [7, 30, 90, 365]
const DAY = 86_400_000

/** One's own permissions, which are all that one can give to a token: those of an access token. */
async function ownPermissions() {
  const { scope } = await call<{ scope: string }>('POST', '/auth/token')
  return scope.split(' ').filter(Boolean)
}

type NewTokenProps = { onCreated: (token: string) => void; onCancel: () => void }

export function NewToken({ onCreated, onCancel }: NewTokenProps) {
  const { data: permissions = [] } = useLoad(ownPermissions, [])
  const [scopes, setScopes] = useState<string[]>([])
  const toggle = (scope: string) => (ticked: boolean) =>
    setScopes(before => (ticked ? [...before, scope] : before.filter(each => each !== scope)))
  async function create({ name, expiresInDays }: Values) {
    const body = { name, scopes, expiresInDays: Number(expiresInDays) }
    const { token } = await call<{ token: string }>('POST', '/auth/tokens', body)
    onCreated(token)
  }
  return (
    <section>
      <h2>{t.account.tokenNew}</h2>
      <Form onSubmit={create} action={t.account.tokenSubmit} beside={<CancelButton onCancel={onCancel} />}>
        <Field
          name="name"
          label={t.account.tokenName}
          hint={t.account.tokenNameHint}
          required
          autofocus
          autocomplete="off"
          maxLength={100}
        />
        <fieldset>
          <legend>{t.account.tokenScopes}</legend>
          {permissions.map(permission => (
            <Checkbox
              key={permission}
              name={`scope:${permission}`}
              label={textFor(t.permissions, permission) ?? permission}
              onTick={toggle(permission)}
            />
          ))}
          <small class="hint">{permissions.length > 0 ? t.account.tokenScopesHint : t.account.tokenScopesNone}</small>
        </fieldset>
        <Select
          name="expiresInDays"
          label={t.account.tokenDays}
          value="90"
          options={LIFETIMES.map(days => ({ value: String(days), label: t.account.tokenUntil(days, dayIn(days)) }))}
        />
      </Form>
    </section>
  )
}

const dayIn = (days: number) => showDay(new Date(Date.now() + days * DAY).toISOString())
