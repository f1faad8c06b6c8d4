import { useState } from 'preact/hooks'
import { revocationOf, revokingColumn, type Token, tokenColumns } from '../account/tokens.tsx'
import { useAction } from '../parts/action.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { Table } from '../parts/table.tsx'
import { useLoad } from '../parts/use-load.ts'
import { admin } from './api.ts'
import { useMay } from './permissions.ts'
import { t } from './text.ts'
import { everyItem } from './use-pages.ts'

/** @param path of the user */
export function UserTokens({ path }: { path: string }) {
  const mayRevoke = useMay('sessions:write')
  const { data, problem, reload } = useLoad(() => everyItem<Token>(`${path}/tokens`), [path])
  const action = useAction()
  const [revoked, setRevoked] = useState(false)
  async function revoke(id: string, name: string) {
    await demandConfirmation(revocationOf(name))
    await admin('DELETE', `${path}/tokens/${id}`)
    setRevoked(true)
    reload()
  }
  return (
    <section>
      <h2>{t.account.tokensTitle}</h2>
      {revoked && <Done>{t.account.revoked}</Done>}
      <Failure problem={problem ?? action.problem} />
      {!data && !problem && <Loading />}
      {data?.length === 0 && <EmptyState>{t.admin.tokensNone}</EmptyState>}
      {data && data.length > 0 && (
        <Table
          label={t.account.tokensTitle}
          columns={[...tokenColumns(), ...(mayRevoke ? [revokingColumn(action, revoke)] : [])]}
          rows={data}
          keyOf={({ id }) => id}
        />
      )}
    </section>
  )
}
