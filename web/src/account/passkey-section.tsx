import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Failure } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { showDay, t } from '../text/text.ts'
import type { FactorAnswer, Factors, OnChanged } from './factors.ts'

export function PasskeySection({ factors, onChanged }: { factors: Factors; onChanged: OnChanged }) {
  const [naming, setNaming] = useState(false)
  const action = useAction()
  async function add({ name }: Values) {
    const { makePasskey } = await import('../parts/passkey.ts')
    const credential = await makePasskey()
    const answer = await call<FactorAnswer>('POST', '/auth/passkeys', { name, credential })
    setNaming(false)
    onChanged(() => t.account.passkeyAdded, answer)
  }
  async function remove(id: string, name: string) {
    const isLast = factors.totp === null && factors.passkeys.length === 1
    const effect = isLast ? t.confirm.passwordOnly : t.confirm.passkeyOff
    await demandConfirmation({ title: t.confirm.removePasskey(name), effect, action: t.common.remove })
    const answer = await call<FactorAnswer>('DELETE', `/auth/passkeys/${id}`)
    onChanged(() => t.account.passkeyRemoved, answer)
  }
  return (
    <div class="item">
      <div>
        <h3>{t.account.passkeys}</h3>
        <p>{t.account.passkeysLead}</p>
      </div>
      {!naming && (
        <button type="button" class="outline" onClick={() => setNaming(true)}>
          {t.account.passkeyAdd}
        </button>
      )}
      <div class="below">
        {naming && (
          <Form
            onSubmit={add}
            action={t.account.passkeyAdd}
            beside={
              <button type="button" class="outline secondary" onClick={() => setNaming(false)}>
                {t.common.cancel}
              </button>
            }
          >
            <Field
              name="name"
              label={t.account.passkeyName}
              hint={t.account.passkeyNameHint}
              required
              autofocus
              autocomplete="off"
              maxLength={100}
            />
          </Form>
        )}
        {factors.passkeys.length === 0 && !naming && <EmptyState>{t.account.passkeysNone}</EmptyState>}
        <ul class="plain">
          {factors.passkeys.map(({ id, name, createdAt, lastUsedAt }) => (
            <li key={id} class="row">
              <div>
                <strong>{name}</strong>
                <br />
                <small class="quiet">
                  {t.account.passkeyMade(showDay(createdAt))} ·{' '}
                  {t.account.passkeyUsed(lastUsedAt ? showDay(lastUsedAt) : t.common.never)}
                </small>
              </div>
              <ActionButton
                action={action}
                act={() => remove(id, name)}
                kind="outline danger small"
                label={`${t.common.remove}: ${name}`}
              >
                {t.common.remove}
              </ActionButton>
            </li>
          ))}
        </ul>
        <Failure problem={action.problem} />
      </div>
    </div>
  )
}
