import type { ComponentChildren } from 'preact'
import { Badge } from '../parts/badge.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import { showDay } from '../text/text.ts'
import { DeviceIcon } from './device-icon.tsx'
import { factorNames, type ListedSession } from './session-columns.tsx'
import { t } from './text.ts'

type SessionRowProps = {
  session: ListedSession
  /** The button that ends the trust in this browser, where it is trusted. */
  trusted: ComponentChildren
  button: ComponentChildren
}

export function SessionRow({ session, trusted, button }: SessionRowProps) {
  const { device, current, address, createdAt, lastSeenAt, factors } = session
  return (
    <li>
      <DeviceIcon name={device} />
      <div>
        <div class="badges">
          <strong class="long">{device}</strong>
          {current && <Badge tone="good">{t.account.thisDevice}</Badge>}
          {trusted && <Badge tone="accent">{t.account.trusted}</Badge>}
          {trusted}
        </div>
        <small class="quiet">
          {address !== null && `${t.account.address} ${address} · `}
          {current ? (
            t.account.activeNow
          ) : (
            <>
              {t.account.active} <RelativeTime at={lastSeenAt} />
            </>
          )}
        </small>
        <small class="quiet">{t.account.signedInOn(showDay(createdAt), factorNames(factors))}</small>
      </div>
      {button}
    </li>
  )
}
