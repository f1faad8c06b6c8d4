const NAMES = ['q', 'role', 'disabled', 'confirmed', 'secondFactor', 'sort', 'cursor'] as const

/** What the list of users shows, as it stands in the address; empty where nothing is asked for. */
export type UserQuery = Record<(typeof NAMES)[number], string>

export function queryIn(parameters: URLSearchParams): UserQuery {
  return Object.fromEntries(NAMES.map(name => [name, parameters.get(name) ?? ''])) as UserQuery
}

export function parametersOf(query: UserQuery): string {
  return new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString()
}

/** Whether the results have an order of their own, as the API says. */
export const hasFixedOrder = ({ q, role, secondFactor, confirmed }: UserQuery) =>
  q !== '' || role !== '' || secondFactor !== '' || confirmed === 'false'

/** Another filter or order begins at the first page again. */
export function addressOf(query: UserQuery, change: Partial<UserQuery>): string {
  const changed = { ...query, cursor: '', ...change }
  const parameters = parametersOf(hasFixedOrder(changed) ? { ...changed, sort: '' } : changed)
  return parameters ? `/admin/users?${parameters}` : '/admin/users'
}

/** The filters alone, for an export. */
export const filtersOf = (query: UserQuery) => parametersOf({ ...query, sort: '', cursor: '' })
