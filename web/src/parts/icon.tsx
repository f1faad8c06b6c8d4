import type { IconNode } from 'lucide'
import { h } from 'preact'

/** A picture of lucide beside words that say the same, so screen readers skip it. */
export function Icon({ icon }: { icon: IconNode }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      {icon.map(([tag, attributes]) => h(tag, attributes))}
    </svg>
  )
}
