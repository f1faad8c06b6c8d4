/** A migration has to add a new one to the role `admin`. */
export const PERMISSIONS = [
  'users:read',
  'users:write',
  'roles:read',
  'roles:write',
  'sessions:read',
  'sessions:write',
  'audit:read',
  'clients:read',
  'clients:write',
] as const

export type Permission = (typeof PERMISSIONS)[number] | `${string}:${string}`

export function isAdministrative(permissions: ReadonlySet<string>): boolean {
  return PERMISSIONS.some(permission => permissions.has(permission))
}
