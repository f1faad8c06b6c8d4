const KEY = 'lastWay'

/** `provider:NAME` for a provider. */
type Way = 'passkey' | 'email' | `provider:${string}`

let used = localStorage.getItem(KEY)

/** Whether somebody signed in this way the last time in this browser. */
export const isLastWay = (way: Way) => used === way

/** @param way undefined for the password, which needs no hint */
export function keepLastWay(way: Way | undefined) {
  used = way ?? null
  if (way) localStorage.setItem(KEY, way)
  else localStorage.removeItem(KEY)
}

/** Again after a sign-out, which clears what the browser keeps of this site. */
export function restoreLastWay() {
  if (used !== null) localStorage.setItem(KEY, used)
}
