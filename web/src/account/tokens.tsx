import { KeyRound } from 'lucide'
import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Badge } from '../parts/badge.tsx'
import { demandConfirmation, type Question } from '../parts/confirm.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { keptToken } from '../parts/kept-once.ts'
import { RelativeTime } from '../parts/relative-time.tsx'
import { ShownOnce } from '../parts/shown-once.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { useLoad } from '../parts/use-load.ts'
import { useStore } from '../store.ts'
import { showDay, textFor } from '../text/text.ts'
import { NewToken } from './new-token.tsx'
import { OpenButton } from './open-button.tsx'
import { t } from './text.ts'
import { useOpener } from './use-opener.ts'

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
            <code class="long">lk_pat_{id}_…</code>
          </small>
        </>
      ),
    },
    { title: t.account.tokenMay, cell: ({ scopes }) => <Permissions scopes={scopes} /> },
    {
      title: t.account.lastUsed,
      cell: ({ lastUsedAt }) => (lastUsedAt ? <RelativeTime at={lastUsedAt} /> : t.common.never),
    },
    { title: t.account.expires, cell: ({ expires }) => <time dateTime={expires}>{showDay(expires)}</time> },
  ]
}

/** In words; their codes on hover. */
function Permissions({ scopes }: { scopes: string[] }) {
  if (scopes.length === 0) return <span class="quiet">{t.account.noScopes}</span>
  return (
    <span class="badges">
      {scopes.map(scope => (
        <span key={scope} title={scope}>
          <Badge>{textFor(t.permissions, scope) ?? scope}</Badge>
        </span>
      ))}
    </span>
  )
}

/** What to ask before a token is revoked, wherever it is listed. */
export function revocationOf(name: string): Question {
  return {
    title: t.confirm.revoke(name),
    effect: t.confirm.revokeEffect,
    action: t.account.revoke,
  }
}

type Revoke = (id: string, name: string) => Promise<void>

export function revokingColumn(action: ReturnType<typeof useAction>, revoke: Revoke): Column<Token> {
  return {
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
  }
}

export function Tokens() {
  const { data, problem, reload } = useLoad(readTokens, [])
  const created = useStore(keptToken)
  const [revoked, setRevoked] = useState(false)
  const form = useOpener()
  function onCreated(token: string) {
    setRevoked(false)
    keptToken.set(token)
    form.close()
    reload()
  }
  function onRevoked() {
    setRevoked(true)
    reload()
  }
  return (
    <>
      {created && <CreatedToken token={created} />}
      {form.isOpen && !created && <NewToken onCreated={onCreated} onCancel={form.close} />}
      <section>
        <div class="section-head">
          <p>{t.account.tokensLead}</p>
          {!created && <OpenButton opener={form}>{t.account.tokenNew}</OpenButton>}
        </div>
        {revoked && <Done>{t.account.revoked}</Done>}
        {!data && (problem ? <Failure problem={problem} retry={reload} /> : <Loading />)}
        {data?.length === 0 && <EmptyState icon={KeyRound}>{t.account.tokensNone}</EmptyState>}
        {data && data.length > 0 && <TokenTable tokens={data} onRevoked={onRevoked} />}
      </section>
    </>
  )
}

function CreatedToken({ token }: { token: string }) {
  return (
    <ShownOnce
      title={t.account.tokenMadeTitle}
      lead={t.account.tokenMade}
      value={token}
      onDone={() => keptToken.set(undefined)}
    >
      <p>{t.account.tokenTry}</p>
      <pre>
        <code>{`curl -H "Authorization: Bearer ${token}" ${location.origin}/api/v1/me`}</code>
      </pre>
    </ShownOnce>
  )
}

function TokenTable({ tokens, onRevoked }: { tokens: Token[]; onRevoked: () => void }) {
  const action = useAction()
  async function revoke(id: string, name: string) {
    await demandConfirmation(revocationOf(name))
    await call('DELETE', `/auth/tokens/${id}`)
    onRevoked()
  }
  return (
    <>
      <Table
        label={t.account.tokensTitle}
        columns={[...tokenColumns(), revokingColumn(action, revoke)]}
        rows={tokens}
        keyOf={({ id }) => id}
      />
      <Failure problem={action.problem} />
    </>
  )
}
