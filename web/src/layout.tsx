import type { ComponentChildren } from 'preact'
import { useAction } from './parts/action.tsx'
import { Failure } from './parts/feedback.tsx'
import { demandSignOut } from './parts/kept-once.ts'
import { place } from './router.ts'
import { session, signOut, type User } from './session.ts'
import { site } from './site.ts'
import { useStore } from './store.ts'
import { chooseLanguage, LANGUAGES, type Language, language, t } from './text/text.ts'

/** What stands around every page. */
export function Layout({ children }: { children: ComponentChildren }) {
  return (
    <>
      <button type="button" class="skip" onClick={skipToContent}>
        {t.common.skip}
      </button>
      <Header />
      <main tabIndex={-1}>{children}</main>
      <Footer />
    </>
  )
}

/** No link: its fragment would stand in the address, where pages look for secrets. */
const skipToContent = () => document.querySelector('main')?.focus()

function Header() {
  const state = useStore(session)
  const { path } = useStore(place)
  return (
    <header>
      <nav aria-label={site.name}>
        <a href="/" class="brand">
          {site.name}
        </a>
        {state.is === 'in' ? <SignedIn user={state.me.user} /> : null}
        {state.is === 'out' && path !== '/sign-in' && <NavLink to="/sign-in">{t.common.signIn}</NavLink>}
      </nav>
    </header>
  )
}

function SignedIn({ user }: { user: User }) {
  const action = useAction()
  return (
    <div class="who">
      <NavLink to="/account">{t.common.account}</NavLink>
      {mayAdminister(user) && <NavLink to="/admin">{t.common.administration}</NavLink>}
      <button
        type="button"
        class="outline secondary small"
        aria-disabled={action.busy || undefined}
        aria-busy={action.slow}
        onClick={() => action.run(leaveAndSignOut)}
      >
        {t.common.signOut}
      </button>
      <Failure problem={action.problem} />
    </div>
  )
}

async function leaveAndSignOut() {
  await demandSignOut()
  await signOut()
}

/** Whether to offer it; what may be done there is decided by the server. */
const mayAdminister = ({ roles }: User) => roles.some(role => role !== 'user')

function NavLink({ to, children }: { to: string; children: ComponentChildren }) {
  const { path } = useStore(place)
  const inside = path === to || path?.startsWith(`${to}/`)
  return (
    <a href={to} aria-current={inside ? 'true' : undefined}>
      {children}
    </a>
  )
}

function Footer() {
  return (
    <footer>
      <a href="/">{t.common.startPage}</a>
      <label>
        {t.common.language}
        <select value={language.get()} onChange={event => void chooseLanguage(event.currentTarget.value as Language)}>
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </footer>
  )
}
