import { useEffect, useState } from 'preact/hooks'
import { call } from '../api.ts'
import { session } from '../session.ts'
import { t } from '../text/text.ts'
import { ActionButton, useAction } from './action.tsx'
import { Dialog } from './dialog.tsx'
import { Failure } from './feedback.tsx'
import { CodeField, PasswordField } from './field.tsx'
import { Form, type Values } from './form.tsx'

type Factors = { totp: object | null; passkeys: object[] }

/** Asks again who somebody is (ASVS 7.5): by the password, or by a second factor that they have. */
export const ProveDialog = ({ onProven, onClose }: { onProven: () => void; onClose: () => void }) => {
  const [factors, setFactors] = useState<Factors>()
  const [byCode, setByCode] = useState(false)
  const passkey = useAction()
  useEffect(() => void call<Factors>('GET', '/auth/factors').then(setFactors, () => {}), [])

  const prove = async (proof: object) => {
    await call('POST', '/auth/reauthenticate', proof)
    onProven()
  }
  const submit = ({ password, code }: Values) => prove(byCode ? { code } : { password })
  const usePasskey = async () => {
    const { askPasskey } = await import('./passkey.ts')
    await prove({ passkey: await askPasskey('/auth/reauthenticate/options') })
  }
  const state = session.get()
  const beside = (
    <button type="button" class="outline secondary" onClick={onClose}>
      {t.common.cancel}
    </button>
  )

  return (
    <Dialog title={t.prove.title} onClose={onClose}>
      <p>{t.prove.lead}</p>
      <Form key={String(byCode)} onSubmit={submit} action={t.prove.submit} beside={beside}>
        {state.is === 'in' && (
          <input type="hidden" name="username" autocomplete="username" value={state.me.user.email} />
        )}
        {byCode ? (
          <CodeField label={t.signIn.code} />
        ) : (
          <PasswordField name="password" label={t.common.password} autocomplete="current-password" autofocus />
        )}
      </Form>
      <div class="ways">
        {factors?.totp && (
          <button type="button" class="link" onClick={() => setByCode(!byCode)}>
            {byCode ? t.prove.withPassword : t.prove.withCode}
          </button>
        )}
        {factors && factors.passkeys.length > 0 && (
          <ActionButton action={passkey} act={usePasskey} kind="link">
            {t.prove.withPasskey}
          </ActionButton>
        )}
      </div>
      <Failure problem={passkey.problem} />
    </Dialog>
  )
}
