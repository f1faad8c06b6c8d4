import type { ComponentChildren } from 'preact'
import { t } from './text.ts'
import type { Opener } from './use-opener.ts'

type OpenButtonProps = { opener: Opener; label?: string | undefined; children: ComponentChildren }

/** Opens a form, and is gone while it is open. */
export function OpenButton({ opener, label, children }: OpenButtonProps) {
  if (opener.isOpen) return null
  return (
    <button type="button" class="outline small" ref={opener.opener} aria-label={label} onClick={opener.open}>
      {children}
    </button>
  )
}

export const CancelButton = ({ onCancel }: { onCancel: () => void }) => (
  <button type="button" class="outline secondary" onClick={onCancel}>
    {t.common.cancel}
  </button>
)
