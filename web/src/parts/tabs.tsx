import type { IconNode } from 'lucide'
import { Icon } from './icon.tsx'

export type Tab = { href: string; name: string; icon?: IconNode | undefined; isCurrent: boolean }

/** Links to pages side by side: in a row that scrolls, or below one another where the page has room (`.sections`). */
export function Tabs({ label, tabs }: { label: string; tabs: Tab[] }) {
  return (
    <nav class="tabs" aria-label={label}>
      <ul>
        {tabs.map(({ href, name, icon, isCurrent }) => (
          <li key={href}>
            <a href={href} aria-current={isCurrent ? 'page' : undefined}>
              {icon && <Icon icon={icon} />}
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
