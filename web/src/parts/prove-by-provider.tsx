import type { ComponentChildren } from 'preact'
import { t } from '../text/text.ts'
import { ActionButton, useAction } from './action.tsx'
import { Failure } from './feedback.tsx'
import { leaveFor } from './leave-for.ts'

export type LinkedProviders = { name: string; label: string }[]

/** Leaves the page: what needed the proof is done again afterwards. */
export function ProveByProvider({ linked, beside }: { linked: LinkedProviders; beside: ComponentChildren }) {
  const action = useAction()
  function prove(provider: string) {
    const query = new URLSearchParams(location.search)
    for (const outcome of ['linked', 'problem', 'provider']) query.delete(outcome)
    query.set('proven', provider)
    return leaveFor('/auth/reauthenticate/provider', provider, `${location.pathname}?${query}`)
  }
  return (
    <>
      <p>{t.prove.providerLead}</p>
      <div class="actions">
        {linked.map(({ name, label }) => (
          <ActionButton key={name} action={action} act={() => prove(name)} kind="">
            {t.prove.withProvider(label)}
          </ActionButton>
        ))}
        {beside}
      </div>
      <Failure problem={action.problem} />
    </>
  )
}
