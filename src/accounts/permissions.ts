/** Everything that a role can grant. A new permission is added here and, if administrators shall have it, to `admin` by a migration. */
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
