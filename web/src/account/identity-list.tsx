import { ActionButton, type useAction } from '../parts/action.tsx'
import { showDay, showRelativeDay } from '../text/text.ts'
import type { Identity } from './identities.ts'
import { t } from './text.ts'

type IdentityListProps = {
  items: Identity[]
  action: ReturnType<typeof useAction>
  /** Undefined for somebody who may only read. */
  unlink?: ((identity: Identity) => Promise<void>) | undefined
}

export function IdentityList({ items, action, unlink }: IdentityListProps) {
  return (
    <ul class="plain">
      {items.map(identity => (
        <li key={identity.id} class="row">
          <Description identity={identity} />
          {unlink && (
            <ActionButton
              action={action}
              act={() => unlink(identity)}
              kind="outline danger small"
              label={t.account.unlinkOf(identity.label, identity.accountName)}
            >
              {t.account.unlink}
            </ActionButton>
          )}
        </li>
      ))}
    </ul>
  )
}

function Description({ identity: { label, accountName, createdAt, lastUsedAt } }: { identity: Identity }) {
  return (
    <div>
      <strong>{label}</strong> <span class="long">{accountName}</span>
      <br />
      <small class="quiet">{t.account.linkedOn(showDay(createdAt), lastUsedAt && showRelativeDay(lastUsedAt))}</small>
    </div>
  )
}
