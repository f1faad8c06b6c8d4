import { useEffect, useRef } from 'preact/hooks'
import { useLoad } from '../parts/use-load.ts'
import { navigate } from '../router.ts'
import { Chips } from './chips.tsx'
import { useMay } from './permissions.ts'
import { t } from './text.ts'
import type { Role } from './types.ts'
import { everyItem } from './use-pages.ts'
import { addressOf, hasFixedOrder, type UserQuery } from './user-query.ts'

/** In ms: somebody who is still typing is not asked for yet. */
const PAUSE = 250

export function UserFilters({ query }: { query: UserQuery }) {
  const maySeeRoles = useMay('roles:read')
  const { data: roles = [] } = useLoad(async () => (maySeeRoles ? everyItem<Role>('/api/v1/roles') : []), [])
  const choose = (name: keyof UserQuery) => (value: string) => navigate(addressOf(query, { [name]: value }))
  return (
    <search class="filters">
      <Search query={query} />
      {maySeeRoles && (
        <label>
          {t.admin.role}
          <select value={query.role} onChange={({ currentTarget }) => choose('role')(currentTarget.value)}>
            <option value="">{t.admin.all}</option>
            {roles.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {!hasFixedOrder(query) && (
        <label class="on-phone">
          {t.admin.sortBy}
          <select value={query.sort} onChange={({ currentTarget }) => choose('sort')(currentTarget.value)}>
            <option value="">{t.common.email}</option>
            <option value="name">{t.common.name}</option>
            <option value="-lastSignInAt">{t.admin.lastSignIn}</option>
            <option value="-createdAt">{t.admin.since}</option>
          </select>
        </label>
      )}
      <div class="all-chips">
        <Chips
          label={t.admin.state}
          chosen={query.disabled}
          onChoose={choose('disabled')}
          chips={[
            { value: 'false', name: t.admin.enabled },
            { value: 'true', name: t.admin.disabled },
          ]}
        />
        <Chips
          label={t.common.email}
          chosen={query.confirmed}
          onChoose={choose('confirmed')}
          chips={[
            { value: 'true', name: t.admin.emailConfirmed },
            { value: 'false', name: t.admin.emailUnconfirmed },
          ]}
        />
        <Chips
          label={t.admin.secondFactor}
          chosen={query.secondFactor}
          onChoose={choose('secondFactor')}
          chips={[
            { value: 'true', name: t.admin.secondFactorOn },
            { value: 'false', name: t.admin.secondFactorOff },
          ]}
        />
      </div>
    </search>
  )
}

/** Asks while somebody types; each letter is no step of its own for Back. */
function Search({ query }: { query: UserQuery }) {
  const input = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  // What was chosen while somebody still typed counts too.
  const latest = useRef(query)
  latest.current = query
  useEffect(() => () => clearTimeout(timer.current), [])
  useEffect(() => {
    const field = input.current
    if (field && field !== document.activeElement) field.value = query.q
  }, [query.q])
  function search(q: string) {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => navigate(addressOf(latest.current, { q: q.trim() }), 'replace'), PAUSE)
  }
  return (
    <label class="wide">
      {t.admin.search}
      <input
        ref={input}
        type="search"
        defaultValue={query.q}
        placeholder={t.admin.searchHint}
        onInput={({ currentTarget }) => search(currentTarget.value)}
      />
    </label>
  )
}
