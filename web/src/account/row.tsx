import type { ComponentChildren } from 'preact'

type RowProps = { label: string; button?: ComponentChildren; children: ComponentChildren }

/** A name, its value, and the button that changes it. */
export function Row({ label, button, children }: RowProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd class="long">{children}</dd>
      {button && <dd class="act">{button}</dd>}
    </div>
  )
}
