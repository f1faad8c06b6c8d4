import { useEffect } from 'preact/hooks'
import { Page } from '../parts/page.tsx'
import { askSession, isSignedOut, session } from '../session.ts'
import { site } from '../site.ts'
import { useStore } from '../store.ts'
import { t } from '../text/text.ts'

export function Start() {
  const state = useStore(session)
  // The page says the same to everybody; who cannot be asked for is not missed.
  useEffect(() => {
    if (!isSignedOut()) askSession().catch(() => {})
  }, [])
  return (
    <Page title={t.start.title(site.name)}>
      {state.is === 'in' ? <Welcome name={state.me.user.name} /> : <Ways />}
      {site.hasDocs && <ForDevelopers />}
    </Page>
  )
}

/** Where OPENAPI_VISIBLE shows the documentation; visitors of other servers have no use for it. */
function ForDevelopers() {
  return (
    <details class="foot">
      <summary>{t.start.developers}</summary>
      <ul>
        <Explained to="/docs" name={t.start.docs} text={t.start.docsText} />
        <Explained to="/openapi.json" name={t.start.openapi} text={t.start.openapiText} />
        <Explained to="/healthz" name={t.start.health} text={t.start.healthText} />
        <Explained to="/readyz" name={t.start.ready} text={t.start.readyText} />
      </ul>
    </details>
  )
}

function Welcome({ name }: { name: string }) {
  return (
    <>
      <p>{t.start.signedInAs(name)}</p>
      <p class="alternative">
        <a href="/account" class="button">
          {t.common.account}
        </a>
      </p>
    </>
  )
}

function Ways() {
  return (
    <p class="alternative">
      <a href="/sign-in" class="button">
        {t.common.signIn}
      </a>
      {site.registration === 'open' && (
        <a href="/register" class="button outline">
          {t.start.register}
        </a>
      )}
    </p>
  )
}

function Explained({ to, name, text }: { to: string; name: string; text: string }) {
  return (
    <li>
      <a href={to}>{name}</a>: {text}
    </li>
  )
}
