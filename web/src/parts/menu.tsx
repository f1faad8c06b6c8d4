import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'

type MenuProps = {
  /** For screen readers, before what the button shows. */
  label: string
  button: ComponentChildren
  /** Links and buttons; the menu closes when one is chosen. */
  children: ComponentChildren
}

/** A button that shows more links and buttons (disclosure pattern of the ARIA practices). Escape, a click and Tab out of it close it. */
export function Menu({ label, button, children }: MenuProps) {
  const [open, setOpen] = useState(false)
  const around = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  const id = useId()
  useEffect(() => {
    if (!open) return
    const closeOutside = ({ target }: Event) => around.current?.contains(target as Node) || setOpen(false)
    // Not every focus elsewhere: a page that has just loaded takes it to its heading.
    const closeByTab = (event: KeyboardEvent) => event.key === 'Tab' && closeOutside(event)
    document.addEventListener('pointerdown', closeOutside)
    document.addEventListener('keyup', closeByTab)
    return () => {
      document.removeEventListener('pointerdown', closeOutside)
      document.removeEventListener('keyup', closeByTab)
    }
  }, [open])
  function closeByKey({ key }: KeyboardEvent) {
    if (key !== 'Escape' || !open) return
    setOpen(false)
    opener.current?.focus()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears keys pressed on the button and on what is in the list
    <div class="menu" ref={around} onKeyDown={closeByKey}>
      <button
        ref={opener}
        type="button"
        class="bare"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        <span class="unseen">{label}</span>
        {button}
      </button>
      {open && (
        // biome-ignore lint/a11y: the links and buttons in it take the keys
        <div class="menu-list" id={id} onClick={event => chosen(event) && setOpen(false)}>
          {children}
        </div>
      )}
    </div>
  )
}

const chosen = ({ target }: Event) => target instanceof Element && target.closest('a, button') !== null
