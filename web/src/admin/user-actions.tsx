import { ActionButton, useAction } from '../parts/action.tsx'
import { Failure } from '../parts/feedback.tsx'
import { showToast } from '../parts/toast.tsx'
import { site } from '../site.ts'
import { admin } from './api.ts'
import { t } from './text.ts'
import type { User } from './types.ts'

type UserActionsProps = { user: User; path: string; onChanged: () => void }

/** What helps a user, in the line of the heading; what takes something away is in the danger zone. */
export function UserActions({ user, path, onChanged }: UserActionsProps) {
  const action = useAction()
  async function enable() {
    await admin('POST', `${path}/enable`)
    showToast(() => t.admin.enableDone)
    onChanged()
  }
  async function reset() {
    await admin('POST', `${path}/reset`)
    showToast(() => t.admin.resetDone)
  }
  return (
    <div class="actions">
      {user.disabled && (
        <ActionButton action={action} act={enable}>
          {t.admin.enable}
        </ActionButton>
      )}
      {!user.disabled && user.email !== null && site.offers('password') && (
        <ActionButton action={action} act={reset}>
          {t.admin.reset}
        </ActionButton>
      )}
      <Failure problem={action.problem} />
    </div>
  )
}
