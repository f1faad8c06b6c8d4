import { useEffect, useRef } from 'preact/hooks'
import { useLoad } from '../parts/use-load.ts'
import { t } from '../text/text.ts'
import { useMay } from './permissions.ts'
import type { Role } from './types.ts'
import { everyItem } from './use-pages.ts'

export type Filters = { q: string; role: string; disabled: string }

/** In ms: somebody who is still typing is not asked for yet. */
const PAUSE = 250

export function UserFilters({ filters, onChange }: { filters: Filters; onChange: (filters: Filters) => void }) {
  const maySeeRoles = useMay('roles:read')
  const { data: roles = [] } = useLoad(async () => (maySeeRoles ? everyItem<Role>('/api/v1/roles') : []), [])
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  // What was chosen while somebody still typed counts too.
  const latest = useRef(filters)
  latest.current = filters
  useEffect(() => () => clearTimeout(timer.current), [])
  function search(q: string) {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onChange({ ...latest.current, q }), PAUSE)
  }
  return (
    <search class="filters">
      <label class="wide">
        {t.admin.search}
        <input
          type="search"
          defaultValue={filters.q}
          placeholder={t.admin.searchHint}
          onInput={event => search(event.currentTarget.value)}
        />
      </label>
      <label>
        {t.admin.role}
        <select value={filters.role} onChange={event => onChange({ ...filters, role: event.currentTarget.value })}>
          <option value="">{t.admin.all}</option>
          {roles.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t.admin.state}
        <select
          value={filters.disabled}
          onChange={event => onChange({ ...filters, disabled: event.currentTarget.value })}
        >
          <option value="">{t.admin.all}</option>
          <option value="false">{t.admin.enabled}</option>
          <option value="true">{t.admin.disabled}</option>
        </select>
      </label>
    </search>
  )
}
