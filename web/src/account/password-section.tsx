import { call } from '../api.ts'
import { Checkbox, PasswordField } from '../parts/field.tsx'
import { Form, type Values } from '../parts/form.tsx'
import { NewPasswordField } from '../parts/new-password-field.tsx'
import { showToast } from '../parts/toast.tsx'
import { asProblem, Problem } from '../problem.ts'
import { place } from '../router.ts'
import { identifierOf, session } from '../session.ts'
import { CancelButton, OpenButton } from './open-button.tsx'
import { t } from './text.ts'
import { useOpener } from './use-opener.ts'

type PasswordSectionProps = { hasPassword: boolean; onChanged: () => void }

export function PasswordSection({ hasPassword, onChanged }: PasswordSectionProps) {
  const form = useOpener(place.get().query.get('change') === 'password')
  function onDone() {
    showToast(() => (hasPassword ? t.account.passwordDone : t.account.passwordSet))
    form.close()
    onChanged()
  }
  const Shown = hasPassword ? ChangePassword : SetPassword
  return (
    <section>
      <div class="section-head">
        <h2>{t.account.passwordTitle}</h2>
        <OpenButton opener={form}>{hasPassword ? t.account.passwordSubmit : t.account.setPassword}</OpenButton>
      </div>
      <p class="quiet">{hasPassword ? t.account.passwordLead : t.account.noPassword}</p>
      {form.isOpen && <Shown onDone={onDone} onCancel={form.close} />}
    </section>
  )
}

type PasswordFormProps = { onDone: () => void; onCancel: () => void }

function SetPassword({ onDone, onCancel }: PasswordFormProps) {
  async function set({ newPassword }: Values) {
    await call('POST', '/auth/set-password', { newPassword })
    onDone()
  }
  return (
    <Form
      onSubmit={set}
      action={t.account.setPassword}
      aliases={{ password: 'newPassword' }}
      beside={<CancelButton onCancel={onCancel} />}
    >
      <AccountName />
      <NewPasswordField name="newPassword" label={t.common.newPassword} />
    </Form>
  )
}

function ChangePassword({ onDone, onCancel }: PasswordFormProps) {
  async function change({ currentPassword, newPassword, endOthers }: Values) {
    const body = { currentPassword, newPassword, endOthers: endOthers === 'on' }
    await call('POST', '/auth/change-password', body).catch((error: unknown) => {
      if (asProblem(error).code !== 'invalid_credentials') throw error
      const errors = [{ pointer: '#/currentPassword', detail: '', code: 'wrong_password' }]
      throw new Problem({ status: 401, code: 'validation_failed', errors })
    })
    onDone()
  }
  return (
    <Form
      onSubmit={change}
      action={t.account.passwordSubmit}
      aliases={{ password: 'newPassword' }}
      beside={<CancelButton onCancel={onCancel} />}
    >
      <AccountName />
      <PasswordField name="currentPassword" label={t.account.current} autocomplete="current-password" autofocus />
      <NewPasswordField name="newPassword" label={t.common.newPassword} />
      <Checkbox name="endOthers" label={t.account.endOthers} checked />
    </Form>
  )
}

/** Tells a password manager whose password this is. */
function AccountName() {
  const state = session.get()
  if (state.is !== 'in') return null
  return (
    <input
      type="text"
      class="unseen"
      autocomplete="username"
      value={identifierOf(state.me.user)}
      readOnly
      tabIndex={-1}
      aria-hidden="true"
    />
  )
}
