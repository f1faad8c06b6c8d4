import { Fingerprint, type IconNode, KeySquare, ShieldOff, Smartphone } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Factors } from '../account/factors.ts'
import { ActionButton, useAction } from '../parts/action.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { Icon } from '../parts/icon.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import { useLoad } from '../parts/use-load.ts'
import { session } from '../session.ts'
import { useStore } from '../store.ts'
import { showDay } from '../text/text.ts'
import { admin } from './api.ts'
import { useMay } from './permissions.ts'
import { t } from './text.ts'
import type { User } from './types.ts'

/** Of another user, who may have lost them all. */
export function UserFactors({ user, path }: { user: User; path: string }) {
  const mayRemove = useMay('users:write')
  const me = useStore(session)
  const isMe = me.is === 'in' && me.me.user.id === user.id
  const { data, problem, reload } = useLoad(() => admin<Factors>('GET', `${path}/factors`), [path])
  const action = useAction()
  const [removed, setRemoved] = useState<string>()
  async function removeAll() {
    setRemoved(undefined)
    await demandConfirmation({
      title: t.admin.confirm.removeFactors(user.name),
      effect: t.admin.confirm.removeFactorsEffect,
      action: t.admin.factorsRemove,
    })
    await admin('DELETE', `${path}/factors`)
    setRemoved(t.admin.factorsRemoved)
    reload()
  }
  async function removeOne(name: string, at: string) {
    setRemoved(undefined)
    await demandConfirmation({
      title: t.admin.confirm.removeFactor(name, user.name),
      effect: t.admin.confirm.removeFactorEffect,
      action: t.common.remove,
    })
    await admin('DELETE', `${path}/factors/${at}`)
    setRemoved(t.admin.factorRemoved)
    reload()
  }
  const isTheirs = mayRemove && !isMe
  function removal(name: string, at: string) {
    if (!isTheirs) return null
    return (
      <ActionButton
        action={action}
        act={() => removeOne(name, at)}
        kind="outline danger small"
        label={`${t.common.remove}: ${name}`}
      >
        {t.common.remove}
      </ActionButton>
    )
  }
  const hasFactors = data !== undefined && (data.totp !== null || data.passkeys.length > 0)
  return (
    <section>
      {removed && <Done>{removed}</Done>}
      <Failure problem={problem ?? action.problem} />
      {!data && !problem && <Loading />}
      {data && !hasFactors && <EmptyState icon={ShieldOff}>{t.admin.factorsNone}</EmptyState>}
      {data && hasFactors && (
        <ul class="plain">
          {data.totp && (
            <Factor icon={Smartphone} name={t.account.app} beside={removal(t.account.app, 'totp')}>
              {t.admin.added(showDay(data.totp.confirmedAt))}
            </Factor>
          )}
          {data.passkeys.map(({ id, name, createdAt, lastUsedAt }) => (
            <Factor
              key={id}
              icon={Fingerprint}
              name={`${t.admin.passkey}: ${name}`}
              beside={removal(`${t.admin.passkey}: ${name}`, `passkeys/${id}`)}
            >
              {t.admin.added(showDay(createdAt))}
              {lastUsedAt && (
                <>
                  {' · '}
                  {t.admin.lastUsed} <RelativeTime at={lastUsedAt} />
                </>
              )}
            </Factor>
          ))}
          <Factor icon={KeySquare} name={t.account.recovery}>
            {t.account.recoveryLeft(data.recoveryCodesLeft)}
          </Factor>
        </ul>
      )}
      {isMe && hasFactors && (
        <p>
          <a href="/account/security">{t.admin.factorsOwn}</a>
        </p>
      )}
      {isTheirs && hasFactors && (
        <>
          <p class="quiet">{t.admin.factorsLead}</p>
          <ActionButton action={action} act={removeAll} kind="outline danger">
            {t.admin.factorsRemove}
          </ActionButton>
        </>
      )}
    </section>
  )
}

type FactorProps = { icon: IconNode; name: string; beside?: ComponentChildren; children: ComponentChildren }

const Factor = ({ icon, name, beside, children }: FactorProps) => (
  <li class="row">
    <span class="person">
      <Icon icon={icon} />
      <span>
        <strong class="long">{name}</strong>
        <br />
        <small class="quiet">{children}</small>
      </span>
    </span>
    {beside}
  </li>
)
