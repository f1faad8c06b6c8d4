import { FingerprintPattern } from 'lucide'
import type { ComponentChildren } from 'preact'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Badge } from '../parts/badge.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { Failure } from '../parts/feedback.tsx'
import { Field } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { Icon } from '../parts/icon.tsx'
import { showToast } from '../parts/toast.tsx'
import { showDay, showRelativeDay } from '../text/text.ts'
import type { FactorAnswer, Factors, OnChanged } from './factors.ts'
import { CancelButton, OpenButton } from './open-button.tsx'
import { t } from './text.ts'
import { useOpener } from './use-opener.ts'

type PasskeySectionProps = { factors: Factors; onChanged: OnChanged; reload: () => void }

export function PasskeySection({ factors, onChanged, reload }: PasskeySectionProps) {
  const { passkeys, totp } = factors
  const action = useAction()
  async function add() {
    const { makePasskey } = await import('../parts/passkey.ts')
    const credential = await makePasskey()
    const answer = await call<FactorAnswer>('POST', '/auth/passkeys', { credential })
    onChanged(() => t.account.passkeyAdded, answer)
  }
  async function remove({ id, name }: Passkey) {
    const isLast = totp === null && passkeys.length === 1
    const effect = isLast ? t.confirm.passwordOnly : t.confirm.passkeyOff
    await demandConfirmation({ title: t.confirm.removePasskey(name), effect, action: t.common.remove })
    const answer = await call<FactorAnswer>('DELETE', `/auth/passkeys/${id}`)
    onChanged(() => t.account.passkeyRemoved, answer)
  }
  return (
    <div class="item">
      <div>
        <h3 class="badges">
          {t.account.passkeys} {passkeys.length === 0 && <Badge tone="accent">{t.account.recommended}</Badge>}
        </h3>
        <p class="quiet">{t.account.passkeysLead}</p>
      </div>
      <ActionButton action={action} act={add} kind="outline small">
        {t.account.passkeyAdd}
      </ActionButton>
      <Failure problem={action.problem} />
      {passkeys.length > 0 && (
        <ul class="things below">
          {passkeys.map(passkey => (
            <PasskeyRow
              key={passkey.id}
              passkey={passkey}
              onRenamed={reload}
              removal={
                <ActionButton
                  action={action}
                  act={() => remove(passkey)}
                  kind="outline danger small"
                  label={`${t.common.remove}: ${passkey.name}`}
                >
                  {t.common.remove}
                </ActionButton>
              }
            />
          ))}
        </ul>
      )}
    </div>
  )
}

type Passkey = Factors['passkeys'][number]
type PasskeyRowProps = { passkey: Passkey; onRenamed: () => void; removal: ComponentChildren }

function PasskeyRow({ passkey: { id, name, createdAt, lastUsedAt }, onRenamed, removal }: PasskeyRowProps) {
  const form = useOpener()
  async function rename(typed: Values) {
    await call('PATCH', `/auth/passkeys/${id}`, { name: typed.name })
    showToast(() => t.account.passkeyRenamed)
    form.close()
    onRenamed()
  }
  if (form.isOpen)
    return (
      <li>
        <Icon icon={FingerprintPattern} />
        <div class="renaming">
          <Form onSubmit={rename} action={t.common.save} beside={<CancelButton onCancel={form.close} />}>
            <Field
              name="name"
              label={t.account.passkeyName}
              hint={t.account.passkeyNameHint}
              initial={name}
              required
              autofocus
              autocomplete="off"
              maxLength={100}
            />
          </Form>
        </div>
      </li>
    )
  return (
    <li>
      <Icon icon={FingerprintPattern} />
      <div>
        <strong class="long">{name}</strong>
        <small class="quiet">
          {t.account.addedUsed(showDay(createdAt), lastUsedAt && showRelativeDay(lastUsedAt))}
        </small>
      </div>
      <div class="actions">
        <OpenButton opener={form} label={t.account.passkeyRename(name)}>
          {t.account.rename}
        </OpenButton>
        {removal}
      </div>
    </li>
  )
}
