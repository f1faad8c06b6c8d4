import { useEffect, useRef, useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Done, Failure } from '../parts/feedback.tsx'
import { leaveFor } from '../parts/leave-for.ts'
import { useLoad } from '../parts/use-load.ts'
import { place } from '../router.ts'
import { askSession } from '../session.ts'
import { site } from '../site.ts'
import type { FactorAnswer } from './factors.ts'
import type { Identities, Identity } from './identities.ts'
import { IdentityList } from './identity-list.tsx'
import { t } from './text.ts'

export function LinkedSection() {
  const { data, problem, reload } = useLoad(() => call<Identities>('GET', '/auth/identities'), [])
  const [said, setSaid] = useState<{ say: () => string; ended: number }>()
  const action = useAction()
  async function unlink({ id, label, accountName }: Identity) {
    const effect = t.confirm.unlinkEffect
    await demandConfirmation({ title: t.confirm.unlink(label, accountName), effect, action: t.account.unlink })
    const { ended } = await call<FactorAnswer>('DELETE', `/auth/identities/${id}`)
    setSaid({ say: () => t.account.unlinked(label), ended })
    reload()
    // The session goes on under a new id.
    askSession().catch(() => {})
  }
  const link = (name: string) => leaveFor('/auth/identities', name, `/account/security?linked=${name}`)
  const offered = site.providers.filter(({ available }) => available)
  if (!data) return problem ? <Failure problem={problem} retry={reload} /> : null
  if (data.items.length === 0 && offered.length === 0 && !said) return null
  return (
    <section>
      <h2>{t.account.linkedTitle}</h2>
      <p>{t.account.linkedLead}</p>
      {said ? (
        <Done>
          {said.say()} {said.ended > 0 && t.account.othersSignedOut(said.ended)}
        </Done>
      ) : (
        <JustLinked items={data.items} />
      )}
      {data.items.length === 0 && <EmptyState>{t.account.linkedNone}</EmptyState>}
      <IdentityList items={data.items} action={action} unlink={unlink} />
      <Failure problem={action.problem} />
      <div class="actions">
        {offered.map(({ name, label }) => (
          <ActionButton key={name} action={action} act={() => link(name)}>
            {t.account.link(label)}
          </ActionButton>
        ))}
      </div>
    </section>
  )
}

/** After the way to a provider and back: only what is linked is said to be. */
function JustLinked({ items }: { items: Identity[] }) {
  const notice = useRef<HTMLDivElement>(null)
  const linked = items.find(({ provider }) => provider === place.get().query.get('linked'))
  useEffect(() => notice.current?.querySelector('p')?.focus(), [])
  return <div ref={notice}>{linked && <Done>{t.account.linked(linked.label)}</Done>}</div>
}
