import { AppWindow, ExternalLink } from 'lucide'
import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { Icon } from '../parts/icon.tsx'
import { ScopeList, type Scopes } from '../parts/scope-list.tsx'
import { useLoad } from '../parts/use-load.ts'
import { showDay } from '../text/text.ts'
import { t } from './text.ts'

type Launchable = { id: string; name: string; launchUrl: string }
type Granted = Scopes & { id: string; name: string; grantedAt: string }
type Applications = { launchable: Launchable[]; granted: Granted[] }

export function Applications() {
  const { data, problem, reload } = useLoad(() => call<Applications>('GET', '/auth/applications'), [])
  const [withdrawn, setWithdrawn] = useState<string>()
  const action = useAction()
  async function withdraw({ id, name }: Granted) {
    await demandConfirmation({
      title: t.applications.withdrawTitle(name),
      effect: t.applications.withdrawEffect,
      action: t.applications.withdraw,
    })
    await call('DELETE', `/auth/applications/${encodeURIComponent(id)}`)
    setWithdrawn(name)
    reload()
  }
  if (!data) return <section>{problem ? <Failure problem={problem} retry={reload} /> : <Loading />}</section>
  return (
    <>
      <section>
        <h2>{t.applications.openTitle}</h2>
        {data.launchable.length === 0 && <EmptyState icon={AppWindow}>{t.applications.openNone}</EmptyState>}
        <ul class="things">
          {data.launchable.map(({ id, name, launchUrl }) => (
            <li key={id}>
              <Icon icon={AppWindow} />
              <a class="long" href={launchUrl}>
                {name}
              </a>
              <Icon icon={ExternalLink} />
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>{t.applications.grantedTitle}</h2>
        <p class="quiet">{t.applications.grantedLead}</p>
        {withdrawn !== undefined && <Done>{t.applications.withdrawn(withdrawn)}</Done>}
        {data.granted.length === 0 && <EmptyState icon={AppWindow}>{t.applications.grantedNone}</EmptyState>}
        {data.granted.map(granted => (
          <div key={granted.id} class="item">
            <div>
              <h3>{granted.name}</h3>
              <p class="quiet">{t.applications.since(showDay(granted.grantedAt))}</p>
              <ScopeList {...granted} />
            </div>
            <ActionButton
              action={action}
              act={() => withdraw(granted)}
              kind="outline danger small"
              label={t.applications.withdrawOf(granted.name)}
            >
              {t.applications.withdraw}
            </ActionButton>
          </div>
        ))}
        <Failure problem={action.problem} />
      </section>
    </>
  )
}
