import { createStore, useStore } from '../store.ts'

type Toast = { id: number; text: () => string; failed: boolean }

/** In ms: time to read a sentence. */
const SHOWN = 6000

const toasts = createStore<Toast[]>([])
let last = 0

/**
 * Says for a moment what a button did that leaves no trace on the page. What people must read stays on the page instead.
 * @param text called at each rendering, so that it follows a change of language
 */
export function showToast(text: () => string, { failed = false } = {}) {
  const id = ++last
  toasts.set([...toasts.get(), { id, text, failed }])
  setTimeout(() => toasts.set(toasts.get().filter(toast => toast.id !== id)), SHOWN)
}

/** Where toasts appear. It is always there, because screen readers announce only what comes into a region that they know. */
export function Toasts() {
  const shown = useStore(toasts)
  return (
    <div class="toasts" role="status">
      {shown.map(({ id, text, failed }) => (
        <p key={id} class={failed ? 'toast failed' : 'toast'}>
          {text()}
        </p>
      ))}
    </div>
  )
}
