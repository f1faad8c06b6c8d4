import type { IconNode } from 'lucide'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { Icon } from './icon.tsx'

export type Tab = { href: string; name: string; icon?: IconNode | undefined; isCurrent: boolean }

/** Links to pages side by side: in a row that scrolls, or below one another where the page has room (`.sections`). */
export function Tabs({ label, tabs }: { label: string; tabs: Tab[] }) {
  const bar = useRef<HTMLElement>(null)
  const current = tabs.find(({ isCurrent }) => isCurrent)?.href
  useLayoutEffect(() => showCurrent(bar.current), [current, label])
  return (
    <nav class="tabs" aria-label={label} ref={bar}>
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

/** Moves only the row: `scrollIntoView` may move the page too. */
function showCurrent(bar: HTMLElement | null) {
  const link = bar?.querySelector('[aria-current]')
  if (!bar || !link) return
  bar.scrollLeft += middleOf(link) - middleOf(bar)
}

function middleOf(element: Element) {
  const { left, width } = element.getBoundingClientRect()
  return left + width / 2
}
