/**
 * The administrative permissions: what opens the administration of this server. Every rule about administrators means these, never the
 * name of a role. A new one also goes to the role `admin`, by a migration. A team's own permissions come in addition (docs/extending.md).
 */
export const PERMISSIONS = [
  'users:read',
  'users:write',
  'roles:read',
  'roles:write',
  'sessions:read',
  'sessions:write',
  'audit:read',
] as const

export type Permission = (typeof PERMISSIONS)[number] | `${string}:${string}`

/** Whether any of these permissions is administrative. */
export function isAdministrative(permissions: ReadonlySet<string>): boolean {
  return PERMISSIONS.some(permission => permissions.has(permission))
}
