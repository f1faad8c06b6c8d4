import { useLayoutEffect, useRef, useState } from 'preact/hooks'

/** For a form that opens at a button: when it closes, the focus returns to the button (WCAG 2.2, 2.4.3). */
export function useOpener(initiallyOpen = false) {
  const [isOpen, setOpen] = useState(initiallyOpen)
  const opener = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(isOpen)
  useLayoutEffect(() => {
    if (wasOpen.current && !isOpen) opener.current?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  return { isOpen, opener, open: () => setOpen(true), close: () => setOpen(false) }
}

export type Opener = ReturnType<typeof useOpener>
