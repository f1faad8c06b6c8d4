/**
 * Where the element that has the focus disappears, the focus goes to what is said about it, else to the heading: not to the top of the
 * document, where the browser would put it (WCAG 2.2, 2.4.3).
 */
export function keepFocus() {
  let focused: Element | undefined
  let around: Element | undefined
  document.addEventListener('focusin', ({ target }) => {
    focused = target instanceof Element ? target : undefined
    around = focused?.closest('section') ?? undefined
  })
  document.addEventListener('focusout', () => {
    // Somebody clicked beside it; whatever disappears later was not left by accident.
    setTimeout(() => {
      if (focused?.isConnected && document.activeElement === document.body) focused = undefined
    })
  })
  const observer = new MutationObserver(() => {
    if (!focused || focused.isConnected || document.activeElement !== document.body) return
    focused = undefined
    const main = document.querySelector('main')
    const notice = (around?.isConnected ? around : main)?.querySelector<HTMLElement>('.notice.done')
    const next = notice ?? main?.querySelector<HTMLElement>('h1') ?? main
    next?.focus({ preventScroll: next !== notice })
  })
  observer.observe(document, { childList: true, subtree: true })
}
