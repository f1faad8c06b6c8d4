import type { IconNode } from 'lucide'
import { Inbox } from 'lucide'
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

type EmptyStateProps = { icon?: IconNode; children: ComponentChildren }

/** Says that a list has nothing in it. */
export const EmptyState = ({ icon = Inbox, children }: EmptyStateProps) => (
  <div class="empty">
    <Icon icon={icon} />
    <p>{children}</p>
  </div>
)
