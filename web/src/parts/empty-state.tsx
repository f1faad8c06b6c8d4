import type { IconNode } from 'lucide'
import { Inbox } from 'lucide'
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

type EmptyStateProps = { icon?: IconNode; children: ComponentChildren; action?: ComponentChildren }

/** Says that a list has nothing in it, and offers the way to the first entry. */
export const EmptyState = ({ icon = Inbox, children, action }: EmptyStateProps) => (
  <div class="empty">
    <Icon icon={icon} />
    <p>{children}</p>
    {action}
  </div>
)
