import type { Path } from '../paths.ts'
import { place } from '../router.ts'
import { createStore, useStore } from '../store.ts'

/** Where links of mails and of the server's start lead. */
const OPENED_BY_LINK: (Path | undefined)[] = [
  '/register',
  '/setup',
  '/sign-in/email',
  '/verify-email',
  '/reset-password',
  '/confirm-email',
  '/undo-email-change',
  '/not-me',
]

const secret = createStore('')

/** Takes the secret of a link out of the address, where it would be seen, kept in the history and copied along. */
function takeSecret() {
  if (!OPENED_BY_LINK.includes(place.get().path)) return
  const taken = location.hash.slice(1)
  if (!taken) return
  history.replaceState(null, '', location.pathname + location.search)
  secret.set(taken)
}

/** At once, before anything else is loaded; and again where another link is opened in this tab, which reloads nothing. */
export function takeSecrets() {
  takeSecret()
  addEventListener('hashchange', takeSecret)
  // It is for the page that it was opened with.
  place.subscribe(() => secret.set(''))
}

/** The secret behind the `#` of the link; empty where there is none. It never reaches a server but in the body of a request. */
export const useSecret = (): string => useStore(secret)
