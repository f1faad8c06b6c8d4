import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'

type DialogProps = { title: string; onClose: () => void; children: ComponentChildren }

/** Over the page, which cannot be reached meanwhile; Escape closes it, and the focus goes back to where it was. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  const gone = useRef(false)
  useEffect(() => {
    const before = document.activeElement
    const shown = dialog.current
    shown?.showModal()
    return () => {
      gone.current = true
      // While it is open, nothing outside of it takes the focus.
      shown?.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={() => gone.current || onClose()}>
      <article>
        <h2 id={id}>{title}</h2>
        {children}
      </article>
    </dialog>
  )
}
