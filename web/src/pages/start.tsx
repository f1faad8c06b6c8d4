import { useEffect } from 'preact/hooks'
import { Page } from '../parts/page.tsx'
import { askSession, session } from '../session.ts'
import { site } from '../site.ts'
import { useStore } from '../store.ts'
import { t } from '../text/text.ts'

export function Start() {
  const state = useStore(session)
  // The page says the same to everybody; who cannot be asked for is not missed.
  useEffect(() => void askSession().catch(() => {}), [])
  return (
    <Page title={site.name} width="text">
      <p class="lead">{t.start.lead(site.name)}</p>
      {state.is === 'in' ? <Welcome name={state.me.user.name} /> : <Ways />}
      <h2>{t.start.whatTitle}</h2>
      <p>{t.start.what}</p>
      <h2>{t.start.developers}</h2>
      <ul>
        {site.hasDocs && (
          <>
            <Explained to="/docs" name={t.start.docs} text={t.start.docsText} />
            <Explained to="/openapi.json" name={t.start.openapi} text={t.start.openapiText} />
          </>
        )}
        <Explained to="/healthz" name={t.start.health} text={t.start.healthText} />
        <Explained to="/readyz" name={t.start.ready} text={t.start.readyText} />
      </ul>
      <p class="quiet">{t.start.firstAdministrator}</p>
    </Page>
  )
}

function Welcome({ name }: { name: string }) {
  return (
    <>
      <p>{t.start.signedInAs(name)}</p>
      <p class="actions">
        <a href="/account" class="button">
          {t.common.account}
        </a>
      </p>
    </>
  )
}

function Ways() {
  return (
    <p class="actions">
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
