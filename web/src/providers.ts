import { type Provider, site } from './site.ts'

const KEY = 'provider'

let used = localStorage.getItem(KEY)

/** The provider that somebody chose last in this browser. */
export const lastUsed = () => used

export function markUsed(name: string) {
  used = name
  localStorage.setItem(KEY, name)
}

/** Again after a sign-out, which clears what the browser keeps of this site. */
export function keepLastUsed() {
  if (used !== null) localStorage.setItem(KEY, used)
}

/** @returns undefined for a name that is not configured, so that nothing from an address is shown */
export const findProvider = (name: string | null) => site.providers.find(each => each.name === name)

/** Paths that the server takes as `returnTo`. */
const RETURNABLE = /^\/(?![/\\])[^\\]{0,1999}$/

/** Where the browser goes to sign in with a provider. @param destination an address of this site */
export function addressOf({ signInPath }: Provider, destination: string, remember: boolean): string {
  const query = new URLSearchParams()
  const { pathname, search, hash } = new URL(destination, location.origin)
  const returnTo = pathname + search + hash
  if (RETURNABLE.test(returnTo)) query.set('returnTo', returnTo)
  if (remember) query.set('rememberMe', 'true')
  return `${signInPath}?${query}`
}
