import { ArrowDown, ArrowUp, ArrowUpDown } from 'lucide'
import { Avatar } from '../parts/avatar.tsx'
import { Badge } from '../parts/badge.tsx'
import { Icon } from '../parts/icon.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import type { Column } from '../parts/table.tsx'
import { showDay } from '../text/text.ts'
import { t } from './text.ts'
import type { ListedUser, User } from './types.ts'
import { addressOf, hasFixedOrder, type UserQuery } from './user-query.ts'

export function userColumns(query: UserQuery): Column<ListedUser>[] {
  return [
    personColumn(query),
    {
      title: t.account.roles,
      cell: ({ roles }) => (
        <span class="badges">{roles.length > 0 ? roles.map(role => <Badge key={role}>{role}</Badge>) : '–'}</span>
      ),
    },
    {
      title: t.admin.secondFactor,
      cell: ({ secondFactor }) =>
        secondFactor ? <Badge tone="good">{t.admin.on}</Badge> : <span class="quiet">{t.admin.off}</span>,
    },
    {
      title: t.admin.lastSignIn,
      ...sortedBy(query, '-lastSignInAt', t.admin.lastSignIn),
      cell: ({ lastSignInAt }) =>
        lastSignInAt ? <RelativeTime at={lastSignInAt} /> : <span class="quiet">{t.admin.never}</span>,
    },
    {
      title: t.admin.since,
      ...sortedBy(query, '-createdAt', t.admin.since),
      cell: ({ createdAt }) => <time dateTime={createdAt}>{showDay(createdAt)}</time>,
    },
  ]
}

/** Name and address share a column, so that neither is squeezed. */
function personColumn(query: UserQuery): Column<ListedUser> {
  const [name, email] = [sortedBy(query, 'name', t.common.name), sortedBy(query, 'email', t.common.email)]
  const head = (
    <span class="badges">
      {name.head ?? t.common.name}
      {email.head ?? t.common.email}
    </span>
  )
  return { title: t.common.name, head, sorted: name.sorted ?? email.sorted, cell: user => <Person user={user} /> }
}

/** @param sort the order of the first press, as the API names it */
function sortedBy(query: UserQuery, sort: string, title: string): Pick<Column<ListedUser>, 'head' | 'sorted'> {
  if (hasFixedOrder(query)) return {}
  const field = sort.replace('-', '')
  const current = query.sort || 'email'
  const isCurrent = current.replace('-', '') === field
  const down = current.startsWith('-')
  const next = isCurrent ? (down ? field : `-${field}`) : sort
  return {
    sorted: isCurrent ? (down ? 'descending' : 'ascending') : undefined,
    head: (
      <a href={addressOf(query, { sort: next === 'email' ? '' : next })} class="sort">
        {title}
        <Icon icon={isCurrent ? (down ? ArrowDown : ArrowUp) : ArrowUpDown} />
      </a>
    ),
  }
}

function Person({ user }: { user: User }) {
  const { id, name, disabled } = user
  return (
    <div class="person">
      <Avatar id={id} name={name} />
      <div>
        <span class="badges">
          <a href={`/admin/users/${id}`} class="clamped">
            {name}
          </a>
          {disabled && <Badge tone="bad">{t.admin.disabled}</Badge>}
        </span>
        <small class="quiet">
          <Address user={user} />
        </small>
      </div>
    </div>
  )
}

export function Address({ user: { email, emailVerified } }: { user: User }) {
  if (email === null) return <>–</>
  return (
    <span class="badges">
      <span class="long">{email}</span> {!emailVerified && <Badge tone="warning">{t.admin.unverified}</Badge>}
    </span>
  )
}
