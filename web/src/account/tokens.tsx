import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { demandConfirmation, type Question } from '../parts/confirm.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { keptToken } from '../parts/kept-once.ts'
import { ShownOnce } from '../parts/shown-once.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { useLoad } from '../parts/use-load.ts'
import { useStore } from '../store.ts'
import { showDay, showTime, t } from '../text/text.ts'
import { NewToken } from './new-token.tsx'

export type Token = {
  id: string
  name: string
  scopes: string[]
  createdAt: string
  expires: string
  lastUsedAt: string | null
}

/** Nobody has more than 50. */
const readTokens = async () => (await call<{ items: Token[] }>('GET', '/auth/tokens?limit=100')).items

/** The columns that a token has wherever it is listed. */
export function tokenColumns(): Column<Token>[] {
  return [
    {
      title: t.common.name,
      cell: ({ name, id }) => (
        <>
          {name}
          <small>
            <code>lk_pat_{id}_…</code>
          </small>
        </>
      ),
    },
    { title: t.account.tokenMay, cell: ({ scopes }) => scopes.join(', ') || t.account.noScopes },
    { title: t.account.lastUsed, cell: ({ lastUsedAt }) => (lastUsedAt ? showTime(lastUsedAt) : t.common.never) },
    { title: t.account.expires, cell: ({ expires }) => showDay(expires) },
  ]
}

/** What to ask before a token is revoked, wherever it is listed. */
export function revocationOf(name: string): Question {
  return {
    title: t.confirm.revoke(name),
    effect: t.confirm.revokeEffect,
    action: t.account.revoke,
  }
}

export function Tokens() {
  const { data, problem, reload } = useLoad(readTokens, [])
  const made = useStore(keptToken)
  const [revoked, setRevoked] = useState(false)
  const action = useAction()
  async function revoke(id: string, name: string) {
    await demandConfirmation(revocationOf(name))
    await call('DELETE', `/auth/tokens/${id}`)
    setRevoked(true)
    reload()
  }
  function onMade(token: string) {
    setRevoked(false)
    keptToken.set(token)
    reload()
  }
  if (!data) return problem ? <Failure problem={problem} retry={reload} /> : <Loading />
  const columns: Column<Token>[] = [
    ...tokenColumns(),
    {
      title: t.common.options,
      cell: ({ id, name }) => (
        <ActionButton
          action={action}
          act={() => revoke(id, name)}
          kind="outline danger small"
          label={t.account.revokeOf(name)}
        >
          {t.account.revoke}
        </ActionButton>
      ),
    },
  ]
  return (
    <>
      <section>
        <p>{t.account.tokensLead}</p>
        {revoked && <Done>{t.account.revoked}</Done>}
        {data.length === 0 ? (
          <EmptyState>{t.account.tokensNone}</EmptyState>
        ) : (
          <Table label={t.account.tokensTitle} columns={columns} rows={data} keyOf={({ id }) => id} />
        )}
        <Failure problem={action.problem} />
      </section>
      {made ? (
        <ShownOnce
          title={t.account.tokenMadeTitle}
          lead={t.account.tokenMade}
          value={made}
          onDone={() => keptToken.set(undefined)}
        />
      ) : (
        <NewToken onMade={onMade} />
      )}
    </>
  )
}
