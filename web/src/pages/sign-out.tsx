import { useEffect } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Page } from '../parts/page.tsx'
import { useLoad } from '../parts/use-load.ts'
import { asProblem } from '../problem.ts'
import { place } from '../router.ts'
import { askSession, left, session } from '../session.ts'
import { site } from '../site.ts'
import { useStore } from '../store.ts'
import { t } from '../text/text.ts'

/** Asks before an application signs somebody out, because any site can send a browser here. */
export function SignOut() {
  const state = useStore(session)
  const { problem, reload } = useLoad(askSession, [])
  const isOut = state.is === 'out'
  useEffect(() => {
    // There it is decided whether and where the application gets its user back.
    if (isOut) location.replace(`/oidc/session/end${location.search}`)
  }, [isOut])
  if (state.is === 'in') return <Question />
  return <Page title={t.signOut.title}>{problem ? <Failure problem={problem} retry={reload} /> : <Loading />}</Page>
}

function Question() {
  const action = useAction()
  const { data: name, problem } = useLoad(loadName, [])
  async function leave() {
    await call('POST', '/auth/logout').catch(error => {
      if (asProblem(error).status !== 401) throw error
    })
    left()
  }
  if (name === undefined && !problem) return <Loading />
  return (
    <Page title={t.signOut.title}>
      <p>{name ? t.signOut.both(name, site.name) : t.signOut.here(site.name)}</p>
      <Failure problem={action.problem} />
      <div class="actions">
        <ActionButton action={action} act={leave} kind="">
          {t.common.signOut}
        </ActionButton>
        <a href="/account" class="button outline" data-replace>
          {t.signOut.stay}
        </a>
      </div>
    </Page>
  )
}

/** The server's name for the application; empty where it knows none. */
async function loadName(): Promise<string> {
  const id = clientIdIn(place.get().query)
  if (!id) return ''
  return (await call<{ name: string }>('GET', `/auth/applications/${encodeURIComponent(id)}`)).name
}

/** From the ID token, whose signature the server verifies later. */
function clientIdIn(query: URLSearchParams): string | undefined {
  const clientId = query.get('client_id')
  if (clientId) return clientId
  const payload = query.get('id_token_hint')?.split('.')[1] ?? ''
  try {
    const { aud } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    return typeof aud === 'string' ? aud : undefined
  } catch {
    return undefined
  }
}
