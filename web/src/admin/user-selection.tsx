import { useState } from 'preact/hooks'
import { ActionButton, useAction } from '../parts/action.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { Done, Failure } from '../parts/feedback.tsx'
import type { Column } from '../parts/table.tsx'
import { textFor } from '../text/text.ts'
import { admin } from './api.ts'
import { useMay } from './permissions.ts'
import { t } from './text.ts'
import type { ListedUser } from './types.ts'

type Result = { id: string; done: boolean; code: string | null; detail: string | null }
type Outcome = { done: number; refused: { name: string; why: string }[] }

/** The users of a page that are ticked, and what may be done to all of them at once. */
export function useSelection(users: ListedUser[]) {
  const mayAct = [useMay('users:write'), useMay('sessions:write')].some(Boolean)
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const selected = users.filter(({ id }) => ticked.has(id))
  const toggle = (ids: string[], on: boolean) =>
    setTicked(before => new Set([...[...before].filter(id => !ids.includes(id)), ...(on ? ids : [])]))
  const all = users.map(({ id }) => id)
  const column: Column<ListedUser> = {
    title: t.admin.select,
    head: (
      <input
        type="checkbox"
        aria-label={t.admin.selectAll}
        checked={users.length > 0 && selected.length === users.length}
        onChange={({ currentTarget }) => toggle(all, currentTarget.checked)}
      />
    ),
    cell: ({ id, name }) => (
      <input
        type="checkbox"
        aria-label={t.admin.selectUser(name)}
        checked={ticked.has(id)}
        onChange={({ currentTarget }) => toggle([id], currentTarget.checked)}
      />
    ),
  }
  return { selected, columns: mayAct ? [column] : [], clear: () => setTicked(new Set()) }
}

type BulkProps = { selected: ListedUser[]; onDone: () => void }

export function BulkActions({ selected, onDone }: BulkProps) {
  const mayDisable = useMay('users:write')
  const mayEnd = useMay('sessions:write')
  const action = useAction()
  const [outcome, setOutcome] = useState<Outcome>()
  async function act(path: string, title: string, effect: string, name: string) {
    setOutcome(undefined)
    await demandConfirmation({ title, effect, action: name })
    const ids = selected.map(({ id }) => id)
    const { results } = await admin<{ results: Result[] }>('POST', path, { ids })
    setOutcome(outcomeOf(results, selected))
    onDone()
  }
  const count = selected.length
  return (
    <>
      {outcome && <OutcomeNotice {...outcome} />}
      <Failure problem={action.problem} />
      {count > 0 && (
        <section class="bulk" aria-label={t.admin.selected(count)}>
          <strong>{t.admin.selected(count)}</strong>
          <div class="actions">
            {mayEnd && (
              <ActionButton
                action={action}
                kind="outline small"
                act={() =>
                  act(
                    '/api/v1/bulk/end-sessions',
                    t.admin.confirm.endMany(count),
                    t.admin.confirm.endManyEffect,
                    t.admin.endAll,
                  )
                }
              >
                {t.admin.endAll}
              </ActionButton>
            )}
            {mayDisable && (
              <ActionButton
                action={action}
                kind="outline danger small"
                act={() =>
                  act(
                    '/api/v1/bulk/disable-users',
                    t.admin.confirm.disableMany(count),
                    t.admin.confirm.disableManyEffect,
                    t.admin.disable,
                  )
                }
              >
                {t.admin.disable}
              </ActionButton>
            )}
          </div>
        </section>
      )}
    </>
  )
}

function outcomeOf(results: Result[], users: ListedUser[]): Outcome {
  const nameOf = (id: string) => users.find(user => user.id === id)?.name ?? id
  const refused = results
    .filter(({ done }) => !done)
    .map(({ id, code, detail }) => ({ name: nameOf(id), why: textFor(t.problems, code ?? '') ?? detail ?? '' }))
  return { done: results.length - refused.length, refused }
}

function OutcomeNotice({ done, refused }: Outcome) {
  return (
    <Done>
      {t.admin.bulkDone(done, done + refused.length)}
      {refused.map(({ name, why }) => (
        <span key={name} class="refused">
          <strong>{name}</strong>: {why}
        </span>
      ))}
    </Done>
  )
}
