import { PATHS, type Path } from './paths.ts'
import { createStore } from './store.ts'

export type Place = {
  /** Undefined where no page has this address. */
  path: Path | undefined
  params: Record<string, string>
  query: URLSearchParams
  /** How somebody came here: the focus moves only where they went within the page. */
  arrival: 'load' | 'navigation'
}

const PATTERNS = PATHS.map(path => ({ path, pattern: new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`) }))

function matchOf(pathname: string): Pick<Place, 'path' | 'params'> {
  for (const { path, pattern } of PATTERNS) {
    const match = pattern.exec(pathname)
    if (match) return { path, params: { ...match.groups } }
  }
  return { path: undefined, params: {} }
}

function here(arrival: Place['arrival']): Place {
  return {
    ...matchOf(location.pathname),
    query: new URLSearchParams(location.search),
    arrival,
  }
}

export const place = createStore(here('load'))

const arrive = () => place.set(here('navigation'))

/** Goes to another page of this site; `replace` leaves no way Back to this one. */
export function navigate(to: string, how: 'push' | 'replace' = 'push') {
  if (how === 'push') history.pushState(null, '', to)
  else history.replaceState(null, '', to)
  scrollTo(0, 0)
  arrive()
}

/** What must be settled before a link is followed; set by src/parts/kept-once.ts. */
export const departure = {
  /** @throws Cancelled where somebody stays */
  demand: (): Promise<void> => Promise.resolve(),
}

/**
 * A link to a page of this site is followed without a load; any other, and any with a modifier key, is the browser's. One with `data-replace`
 * leaves no way Back to a page that has done its work.
 */
function followLink(event: MouseEvent) {
  const link = event.target instanceof Element ? event.target.closest('a') : null
  const modified = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
  if (!link || modified || event.defaultPrevented || link.target || link.hasAttribute('download')) return
  if (link.origin !== location.origin || !matchOf(link.pathname).path) return
  // A link within the page keeps its fragment.
  if (link.hash && link.pathname === location.pathname) return
  event.preventDefault()
  const how = link.dataset.replace === undefined ? 'push' : 'replace'
  departure.demand().then(
    () => navigate(link.href, how),
    () => {},
  )
}

export function startRouter() {
  addEventListener('popstate', arrive)
  document.addEventListener('click', followLink)
}

/** The sign-in page itself, and endpoints except the one that goes on to an application: some sign in the person that a provider names. */
const NO_RETURN = /^\/+(sign-in$|auth(?!\/forward\/sign-in$)(\/|$))/i

/**
 * Where to go after signing in: only to an address of this site (`//evil` and `/\evil` are none), and in full, so that nothing reads it as
 * another host later on.
 */
export function safeReturn(wanted: string | null): string | undefined {
  if (!wanted?.startsWith('/')) return undefined
  const url = URL.parse(wanted, location.origin)
  return url?.origin === location.origin && !NO_RETURN.test(url.pathname) ? url.href : undefined
}

/** Goes to any address of this site. */
export function goTo(href: string) {
  if (matchOf(new URL(href, location.origin).pathname).path) navigate(href, 'replace')
  else location.assign(href)
}
