import { type Provider, site } from './site.ts'
import { language } from './text/text.ts'

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
  query.set('language', language.get())
  return `${signInPath}?${query}`
}
