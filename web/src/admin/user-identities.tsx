import { useState } from 'preact/hooks'
import type { Identities, Identity } from '../account/identities.ts'
import { IdentityList } from '../account/identity-list.tsx'
import { useAction } from '../parts/action.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { useLoad } from '../parts/use-load.ts'
import { site } from '../site.ts'
import { admin } from './api.ts'
import { useMay } from './permissions.ts'
import { t } from './text.ts'

/** @param path of the user */
export function UserIdentities({ path }: { path: string }) {
  const mayUnlink = useMay('users:write')
  const { data, problem, reload } = useLoad(() => admin<Identities>('GET', `${path}/identities`), [path])
  const action = useAction()
  const [unlinked, setUnlinked] = useState<string>()
  async function unlink({ id, label, accountName }: Identity) {
    await demandConfirmation({
      title: t.admin.confirm.unlinkOfUser(label, accountName),
      effect: t.admin.confirm.unlinkOfUserEffect,
      action: t.account.unlink,
    })
    await admin('DELETE', `${path}/identities/${id}`)
    setUnlinked(label)
    reload()
  }
  if (data?.items.length === 0 && site.providers.length === 0) return null
  return (
    <section>
      <h2>{t.account.linkedTitle}</h2>
      {unlinked && <Done>{t.account.unlinked(unlinked)}</Done>}
      <Failure problem={problem ?? action.problem} />
      {!data && !problem && <Loading />}
      {data?.items.length === 0 && <EmptyState>{t.admin.identitiesNone}</EmptyState>}
      {data && <IdentityList items={data.items} action={action} unlink={mayUnlink ? unlink : undefined} />}
    </section>
  )
}
