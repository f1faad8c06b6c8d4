import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { CopyButton } from '../parts/copy.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Failure } from '../parts/feedback.tsx'
import { CodeField } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { showDay } from '../text/text.ts'
import type { FactorAnswer, Factors, OnChanged } from './factors.ts'
import { CancelButton } from './open-button.tsx'
import { t } from './text.ts'

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
  return (
    <>
      <div class="item">
        <div>
          <h3>{t.account.app}</h3>
          <p class="quiet">{factors.totp ? t.account.appOn(showDay(factors.totp.confirmedAt)) : t.account.appOff}</p>
        </div>
        {factors.totp ? (
          <ActionButton action={action} act={remove} kind="outline danger small">
            {t.account.appRemove}
          </ActionButton>
        ) : (
          <ActionButton action={action} act={begin} kind="outline small">
            {t.account.appAdd}
          </ActionButton>
        )}
        <Failure problem={action.problem} />
      </div>
      {!factors.totp && enrolment && (
        <EnrolDialog enrolment={enrolment} onSubmit={confirm} onClose={() => setEnrolment(undefined)} />
      )}
    </>
  )
}

type EnrolDialogProps = { enrolment: Enrolment; onSubmit: (values: Values) => Promise<void>; onClose: () => void }

/** The picture is an image, not markup: whatever is in it runs nowhere. */
function EnrolDialog({ enrolment: { secret, qr }, onSubmit, onClose }: EnrolDialogProps) {
  return (
    <Dialog title={t.account.appAdd} onClose={onClose}>
      <ol class="steps">
        <li>
          <p>{t.account.appInstall}</p>
        </li>
        <li>
          <div>
            <p>{t.account.appScan}</p>
            <img
              class="qr"
              src={`data:image/svg+xml,${encodeURIComponent(qr)}`}
              alt={t.account.appQr}
              width={180}
              height={180}
            />
            <details>
              <summary>{t.account.appSecret}</summary>
              <p class="badges">
                <code class="secret">{secret.replaceAll(/.{4}(?=.)/g, '$& ')}</code>
                <CopyButton value={secret} />
              </p>
            </details>
          </div>
        </li>
        <li>
          <div>
            <p>{t.account.appEnter}</p>
            <Form onSubmit={onSubmit} action={t.account.appConfirm} beside={<CancelButton onCancel={onClose} />}>
              <CodeField label={t.account.appCode} autofocus />
            </Form>
          </div>
        </li>
      </ol>
    </Dialog>
  )
}
