import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { CopyButton } from '../parts/copy.tsx'
import { Failure } from '../parts/feedback.tsx'
import { CodeField } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { showDay, t } from '../text/text.ts'
import type { FactorAnswer, Factors, OnChanged } from './factors.ts'

type Enrolment = { secret: string; uri: string; qr: string }

export function AppSection({ factors, onChanged }: { factors: Factors; onChanged: OnChanged }) {
  const [enrolment, setEnrolment] = useState<Enrolment>()
  const action = useAction()
  const begin = async () => setEnrolment(await call<Enrolment>('POST', '/auth/totp'))
  async function confirm({ code }: Values) {
    const answer = await call<FactorAnswer>('POST', '/auth/totp/confirm', { code })
    setEnrolment(undefined)
    onChanged(() => t.account.appAdded, answer)
  }
  async function remove() {
    const effect = factors.passkeys.length > 0 ? t.confirm.passkeysStay : t.confirm.passwordOnly
    await demandConfirmation({ title: t.confirm.removeApp, effect, action: t.common.remove })
    const answer = await call<FactorAnswer>('DELETE', '/auth/totp')
    onChanged(() => t.account.appRemoved, answer)
  }
  const begun = !factors.totp && enrolment
  return (
    <div class="item">
      <div>
        <h3>{t.account.app}</h3>
        <p>{factors.totp ? t.account.appOn(showDay(factors.totp.confirmedAt)) : t.account.appOff}</p>
      </div>
      {factors.totp && (
        <ActionButton action={action} act={remove} kind="outline danger">
          {t.account.appRemove}
        </ActionButton>
      )}
      {!factors.totp && !enrolment && (
        <ActionButton action={action} act={begin}>
          {t.account.appAdd}
        </ActionButton>
      )}
      <Failure problem={action.problem} />
      {begun && <Enrol enrolment={begun} onSubmit={confirm} onCancel={() => setEnrolment(undefined)} />}
    </div>
  )
}

type EnrolProps = { enrolment: Enrolment; onSubmit: (values: Values) => Promise<void>; onCancel: () => void }

/** The picture is an image, not markup: whatever is in it runs nowhere. */
function Enrol({ enrolment: { secret, qr }, onSubmit, onCancel }: EnrolProps) {
  return (
    <div class="below">
      <p>{t.account.appScan}</p>
      <img
        class="qr"
        src={`data:image/svg+xml,${encodeURIComponent(qr)}`}
        alt={t.account.appQr}
        width={200}
        height={200}
      />
      <p>
        {t.account.appSecret}
        <br />
        <code class="secret">{secret.replaceAll(/.{4}(?=.)/g, '$& ')}</code> <CopyButton value={secret} />
      </p>
      <Form
        onSubmit={onSubmit}
        action={t.account.appConfirm}
        beside={
          <button type="button" class="outline secondary" onClick={onCancel}>
            {t.common.cancel}
          </button>
        }
      >
        <CodeField label={t.account.appCode} autofocus />
      </Form>
    </div>
  )
}
