import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../text/text.ts'
import { CopyButton } from './copy.tsx'

type ShownOnceProps = {
  title: string
  lead: string
  value: string
  onDone: () => void
  /** How to use it. */
  children?: ComponentChildren
}

/** A secret that the server does not show again. */
export function ShownOnce({ title, lead, value, onDone, children }: ShownOnceProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <article class="once">
      <h2 ref={heading} tabIndex={-1}>
        {title}
      </h2>
      <p>{lead}</p>
      <p>
        <code class="secret">{value}</code>
      </p>
      {children}
      <div class="actions">
        <CopyButton value={value} />
        <button type="button" onClick={onDone}>
          {t.common.savedIt}
        </button>
      </div>
    </article>
  )
}
