import { call, reactions } from './api.ts'
import { restoreLastWay } from './last-way.ts'
import { asProblem } from './problem.ts'
import { navigate, place } from './router.ts'
import { site } from './site.ts'
import { createStore } from './store.ts'
import type { Language } from './text/languages.ts'
import { followAccount, keepLanguage } from './text/text.ts'

export type User = {
  id: string
  email: string | null
  emailVerified: boolean
  username: string | null
  name: string
  language: Language | null
  roles: string[]
}
/** What a user signs in as, for password managers. */
export const identifierOf = ({ email, username }: User) => email ?? username ?? ''

export type WhoAmI = {
  user: User
  session: { id: string; createdAt: string; expires: string; absoluteExpires: string; remembered: boolean }
  factors: string[]
  /** The account was recovered: nothing else works before the review (/review). */
  reviewRequired?: true
}

/** The provider that somebody is still signed in at, and where to sign out there. */
type ProviderSignOut = { label: string; url: string }

export type SessionState =
  | { is: 'unknown' }
  /** `reason` is why a session that was there is over. */
  | { is: 'out'; reason?: string | undefined; providerSignOut?: ProviderSignOut | undefined }
  | { is: 'in'; me: WhoAmI }

/** Who is signed in in this tab, as far as it knows. */
export const session = createStore<SessionState>({ is: 'unknown' })

/** Whether there is no session to ask for. */
export function isSignedOut(): boolean {
  const { is } = session.get()
  return is === 'out' || (is === 'unknown' && site.cameSignedOut)
}

/** Whether the server lets this session do nothing but add a second factor (MFA_REQUIRED). */
export const enrolmentDemanded = createStore(false)

/** Forgets whatever a sign-out must take along, such as tokens in memory. */
const forgetters = new Set<() => void>()
export const onSignOut = (forget: () => void) => void forgetters.add(forget)

/** The other tabs of this browser, which have the same cookie. */
const tabs = new BroadcastChannel('session')

/** Asks the server who this is. @returns what is known then */
export async function askSession(): Promise<SessionState> {
  try {
    const me = await call<WhoAmI>('GET', '/auth/session')
    await followAccount(me.user.language)
    session.set({ is: 'in', me })
  } catch (error) {
    const { status, reason } = asProblem(error)
    // A server that does not answer says nothing about the session.
    if (status === 401) leave(reason)
    else throw error
  }
  return session.get()
}

/** After a sign-in: asks who this is, and tells the other tabs. */
export async function enter() {
  const state = await askSession()
  tabs.postMessage({ is: 'in' })
  return state
}

/** Mails come in this language from now on. */
export async function keepOnAccount(language: Language) {
  const state = session.get()
  if (state.is !== 'in' || state.me.user.language === language) return
  await call('PATCH', '/auth/profile', { language })
  await askSession()
}

/** Nothing of the previous user stays in the page. */
function leave(reason: string | undefined) {
  for (const forget of forgetters) forget()
  enrolmentDemanded.set(false)
  session.set({ is: 'out', reason })
}

/** The session is over in every tab. */
export function left(reason?: string) {
  keepLanguage()
  restoreLastWay()
  leave(reason)
  tabs.postMessage({ is: 'out', reason })
}

/** @param page to show afterwards */
export async function signOut(page = '/sign-in') {
  const answer = await call<{ providerSignOut?: ProviderSignOut }>('POST', '/auth/logout').catch(error => {
    if (asProblem(error).status !== 401) throw error
  })
  left()
  session.set({ is: 'out', providerSignOut: answer?.providerSignOut })
  navigate(page, 'replace')
}

const askQuietly = () => void askSession().catch(() => {})

/** What this tab learns from the server, from other tabs, and from the browser when it restores a kept page. */
export function followSession() {
  reactions.signedOut = ({ reason }) => {
    if (session.get().is !== 'in') return
    // Somebody else may have signed in in this browser meanwhile.
    if (reason === 'replaced') askQuietly()
    else left(reason)
  }
  reactions.enrolmentRequired = () => {
    enrolmentDemanded.set(true)
    if (place.get().path !== '/account/security') navigate('/account/security')
  }
  reactions.reviewRequired = () => {
    if (place.get().path !== '/review') navigate('/review', 'replace')
  }
  tabs.onmessage = ({ data }) => {
    if (data.is === 'out') leave(data.reason)
    else askQuietly()
  }
  const root = document.documentElement
  // A page that is kept for Back is kept empty, and filled again only when the server says who this is.
  addEventListener('pagehide', () => {
    root.hidden = true
  })
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return
    if (session.get().is !== 'in') root.hidden = false
    else
      void askSession()
        .catch(() => leave(undefined))
        .finally(() => {
          root.hidden = false
        })
  })
}
