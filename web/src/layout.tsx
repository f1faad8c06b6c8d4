import { ChevronDown, CircleUser, Globe, LogOut, ShieldUser } from 'lucide'
import type { ComponentChildren } from 'preact'
import { Avatar } from './parts/avatar.tsx'
import { Icon } from './parts/icon.tsx'
import { demandSignOut } from './parts/kept-once.ts'
import { Mark } from './parts/mark.tsx'
import { Menu } from './parts/menu.tsx'
import { showToast, Toasts } from './parts/toast.tsx'
import { asProblem, Cancelled, Problem } from './problem.ts'
import { place } from './router.ts'
import { identifierOf, keepOnAccount, session, signOut, type User } from './session.ts'
import { site } from './site.ts'
import { useStore } from './store.ts'
import { LANGUAGES, type Language } from './text/languages.ts'
import { chooseLanguage, language, t } from './text/text.ts'

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
      <Toasts />
    </>
  )
}

/** No link: its fragment would stand in the address, where pages look for secrets. */
const skipToContent = () => document.querySelector('main')?.focus()

/** A bar over the pages of many sections; over a card, the site's name alone. */
function Header() {
  const state = useStore(session)
  const { path } = useStore(place)
  const hasSections = path?.startsWith('/account') || path?.startsWith('/admin')
  return (
    <header class={hasSections ? undefined : 'plain'}>
      <a href="/" class="brand">
        <Mark />
        <span>{site.name}</span>
      </a>
      {state.is === 'in' && <UserMenu user={state.me.user} path={path} />}
    </header>
  )
}

function UserMenu({ user, path = '' }: { user: User; path?: string | undefined }) {
  const { id, name } = user
  const identifier = identifierOf(user)
  return (
    <Menu
      label={t.common.userMenu}
      button={
        <>
          <Avatar id={id} name={name} />
          <span class="long">{name}</span>
          <Icon icon={ChevronDown} />
        </>
      }
    >
      <p>
        <strong>{name}</strong>
        <br />
        <small class="quiet">{identifier}</small>
      </p>
      <a href="/account" aria-current={path.startsWith('/account') ? 'true' : undefined}>
        <Icon icon={CircleUser} />
        {t.common.account}
      </a>
      {mayAdminister(user) && (
        <a href="/admin" aria-current={path.startsWith('/admin') ? 'true' : undefined}>
          <Icon icon={ShieldUser} />
          {t.common.administration}
        </a>
      )}
      <button type="button" onClick={() => void leaveAndSignOut()}>
        <Icon icon={LogOut} />
        {t.common.signOut}
      </button>
    </Menu>
  )
}

async function leaveAndSignOut() {
  try {
    await demandSignOut()
    await signOut()
  } catch (error) {
    if (!(error instanceof Cancelled)) showToast(() => asProblem(error).sentence, { failed: true })
  }
}

/** Whether to offer it; what may be done there is decided by the server. */
const mayAdminister = ({ roles }: User) => roles.some(role => role !== 'user')

const LINKS = ['terms', 'privacy', 'help'] as const

function Footer() {
  return (
    <footer>
      <nav aria-label={t.common.footer} class="links">
        {LINKS.map(
          name =>
            site.links[name] && (
              <a key={name} href={site.links[name]}>
                {t.common.links[name]}
              </a>
            ),
        )}
      </nav>
      <label class="language">
        <Icon icon={Globe} />
        <span class="unseen">{t.common.language}</span>
        <select value={language.get()} onChange={event => void changeLanguage(event.currentTarget)}>
          {Object.entries(LANGUAGES).map(([code, { name }]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </footer>
  )
}

async function changeLanguage(select: HTMLSelectElement) {
  const wanted = select.value as Language
  try {
    await chooseLanguage(wanted)
    await keepOnAccount(wanted)
  } catch {
    select.value = language.get()
    showToast(() => new Problem({}).sentence, { failed: true })
  }
}
