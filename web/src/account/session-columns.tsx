import { Badge } from '../parts/badge.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import type { Column } from '../parts/table.tsx'
import { showDay, textFor } from '../text/text.ts'
import { t } from './text.ts'

export type ListedSession = {
  id: string
  current: boolean
  device: string
  address: string | null
  createdAt: string
  lastSeenAt: string
  expires: string
  factors: string[]
}

/** In words, such as “password, passkey”. */
export const factorNames = (factors: string[]) => factors.map(each => textFor(t.factors, each) ?? each).join(', ')

/** For a table of the sessions of a user. */
export function sessionColumns(): Column<ListedSession>[] {
  return [
    {
      title: t.account.device,
      cell: ({ device, current }) => (
        <>
          {device} {current && <Badge tone="good">{t.account.thisOne}</Badge>}
        </>
      ),
    },
    { title: t.account.address, cell: ({ address }) => address ?? t.common.unknown },
    {
      title: t.account.signedIn,
      cell: ({ createdAt, factors }) => (
        <>
          <time dateTime={createdAt}>{showDay(createdAt)}</time>
          <small class="quiet">{t.account.by(factorNames(factors))}</small>
        </>
      ),
    },
    { title: t.account.lastSeen, cell: ({ lastSeenAt }) => <RelativeTime at={lastSeenAt} /> },
  ]
}
