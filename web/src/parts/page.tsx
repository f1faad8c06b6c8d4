import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { place } from '../router.ts'
import { site } from '../site.ts'

type PageProps = {
  title: string
  /** `form` for one form, `text` for something to read, `wide` for tables and sections. */
  width?: 'form' | 'text' | 'wide'
  /** In the line of the heading: a picture before it, states and buttons after it. */
  before?: ComponentChildren
  beside?: ComponentChildren
  children: ComponentChildren
}

/** A page: its title, its heading, and the focus on that after a navigation, as a load would do (WCAG 2.2, 2.4.2 and 2.4.3). */
export function Page({ title, width = 'form', before, beside, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = title === site.name ? title : `${title} – ${site.name}`
  }, [title])
  useEffect(() => {
    const taken = heading.current?.closest('.page')?.contains(document.activeElement)
    if (place.get().arrival === 'navigation' && !taken) heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <div class={`page ${width}`}>
      <div class="title">
        {before}
        <h1 tabIndex={-1} ref={heading}>
          {title}
        </h1>
        {beside}
      </div>
      {children}
    </div>
  )
}
