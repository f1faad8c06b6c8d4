import { CircleUser } from 'lucide'
import { Icon } from '../parts/icon.tsx'
import { t } from '../text/text.ts'

type AccountChipProps = { identifier: string; onChange: () => void }

/** Whose password or code is asked for, and the way to another account. The hidden field is for password managers. */
export function AccountChip({ identifier, onChange }: AccountChipProps) {
  return (
    <p class="account-chip">
      <Icon icon={CircleUser} />
      <span class="long">{identifier}</span>
      <input type="hidden" name="username" autocomplete="username" value={identifier} />
      <button type="button" class="link" onClick={onChange}>
        {t.signIn.change}
      </button>
    </p>
  )
}
