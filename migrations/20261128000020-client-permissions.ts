import type { QueryInterface } from 'sequelize'

const ALL_BEFORE = [
  'users:read',
  'users:write',
  'roles:read',
  'roles:write',
  'sessions:read',
  'sessions:write',
  'audit:read',
]
const ADDED = ['clients:read', 'clients:write']

/** Roles that hold every administrative permission keep doing so, because administrators are recognized by it. */
export async function up(queryInterface: QueryInterface) {
  for (const { id, permissions } of await rolesOf(queryInterface))
    if (ALL_BEFORE.every(each => permissions.includes(each)))
      await setPermissions(queryInterface, id, [...permissions, ...ADDED])
}

export async function down(queryInterface: QueryInterface) {
  for (const { id, permissions } of await rolesOf(queryInterface)) {
    const kept = permissions.filter(each => !ADDED.includes(each))
    if (kept.length < permissions.length) await setPermissions(queryInterface, id, kept)
  }
}

async function rolesOf(queryInterface: QueryInterface): Promise<{ id: string; permissions: string[] }[]> {
  const [rows] = await queryInterface.sequelize.query('SELECT "id", "permissions" FROM "Roles"')
  return (rows as { id: string; permissions: string | string[] }[]).map(({ id, permissions }) => ({
    id,
    permissions: typeof permissions === 'string' ? JSON.parse(permissions) : permissions,
  }))
}

function setPermissions(queryInterface: QueryInterface, id: string, permissions: string[]) {
  return queryInterface.bulkUpdate('Roles', { permissions: JSON.stringify(permissions) }, { id })
}
