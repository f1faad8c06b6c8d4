import { Download, Users as People } from 'lucide'
import { ActionButton, useAction } from '../parts/action.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Icon } from '../parts/icon.tsx'
import { Page } from '../parts/page.tsx'
import { Table } from '../parts/table.tsx'
import { useLoad } from '../parts/use-load.ts'
import { place } from '../router.ts'
import { onSignOut } from '../session.ts'
import { useStore } from '../store.ts'
import { admin } from './api.ts'
import { download } from './download.ts'
import { Invite } from './invite.tsx'
import { useMayInvite } from './permissions.ts'
import { t } from './text.ts'
import type { ListedUser, PageOf } from './types.ts'
import { readOn } from './use-pages.ts'
import { userColumns } from './user-columns.tsx'
import { UserFilters } from './user-filters.tsx'
import { addressOf, filtersOf, parametersOf, queryIn, type UserQuery } from './user-query.ts'
import { BulkActions, useSelection } from './user-selection.tsx'

/** Filters, order and page stand in the address, so that Back from a user finds them again. */
export function Users() {
  const query = queryIn(useStore(place).query)
  const { cursor, ...rest } = query
  const path = `/api/v1/users?limit=25&${parametersOf({ ...rest, cursor: '' })}`
  const { data, problem, reload } = useLoad(() => readPage(path, cursor), [path, cursor])
  const items = data?.items ?? []
  const { selected, columns, clear } = useSelection(items)
  const mayInvite = useMayInvite()
  function onDone() {
    clear()
    reload()
  }
  return (
    <Page title={t.admin.sections.users} width="wide" beside={<TitleActions query={query} mayInvite={mayInvite} />}>
      <section>
        <UserFilters query={query} />
        <BulkActions selected={selected} onDone={onDone} />
        <Failure problem={problem} retry={reload} />
        {!data && !problem && <Loading />}
        {data && items.length === 0 && (
          <EmptyState icon={People}>{data.next === null ? t.admin.usersNone : t.admin.usersNoneYet}</EmptyState>
        )}
        {items.length > 0 && (
          <Table
            label={t.admin.users}
            columns={[...columns, ...userColumns(query)]}
            rows={items}
            keyOf={({ id }) => id}
          />
        )}
        {data && <Paging query={query} page={data} />}
      </section>
    </Page>
  )
}

function TitleActions({ query, mayInvite }: { query: UserQuery; mayInvite: boolean }) {
  const action = useAction()
  const save = () => download(`/api/v1/exports/users?${filtersOf(query)}`, 'users.csv')
  return (
    <div class="actions">
      <ActionButton action={action} act={save} kind="outline secondary">
        <Icon icon={Download} />
        {t.admin.exportCsv}
      </ActionButton>
      <a href="/admin/invitations" class="button outline secondary">
        {t.admin.invitations}
      </a>
      {mayInvite && <Invite />}
      <Failure problem={action.problem} />
    </div>
  )
}

/** Where the page before each began, in this tab. */
const beginnings = new Map<string, string>()
onSignOut(() => beginnings.clear())

async function readPage(path: string, cursor: string) {
  const page = await readOn<ListedUser>(admin, path, 'cursor', cursor || null)
  if (page.next !== null) beginnings.set(page.next, cursor)
  return page
}

/** Where the server stops counting. */
const COUNTED = 10_000

function totalOf({ items, next, total }: PageOf<ListedUser>, isFirst: boolean) {
  if (total == null) return t.admin.usersShown(items.length, next !== null || !isFirst)
  return total > COUNTED ? t.admin.moreUsersThan(COUNTED) : t.admin.usersShown(total, false)
}

function Paging({ query, page }: { query: UserQuery; page: PageOf<ListedUser> }) {
  const { items, next } = page
  const previous = beginnings.get(query.cursor)
  if (items.length === 0 && next === null && !query.cursor) return null
  return (
    <nav class="paging" aria-label={t.admin.pages}>
      <span class="quiet">{totalOf(page, query.cursor === '')}</span>
      <span class="actions">
        {query.cursor && <a href={addressOf(query, {})}>{t.admin.firstPage}</a>}
        {query.cursor && previous !== undefined && (
          <a href={addressOf(query, { cursor: previous })} class="button outline">
            {t.admin.previousPage}
          </a>
        )}
        {next !== null && (
          <a href={addressOf(query, { cursor: next })} class="button outline">
            {t.admin.nextPage}
          </a>
        )}
      </span>
    </nav>
  )
}
