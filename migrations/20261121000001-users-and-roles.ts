import { randomUUID } from 'node:crypto'
import { DataTypes, type QueryInterface } from 'sequelize'

const ADMIN_PERMISSIONS = [
  'users:read',
  'users:write',
  'roles:read',
  'roles:write',
  'sessions:read',
  'sessions:write',
  'audit:read',
]

export async function up(queryInterface: QueryInterface) {
  const at = {
    createdAt: { type: DataTypes.DATE, allowNull: false },
    updatedAt: { type: DataTypes.DATE, allowNull: false },
  }

  await queryInterface.createTable('Roles', {
    id: { type: DataTypes.UUID, primaryKey: true },
    name: { type: DataTypes.STRING(64), allowNull: false, unique: true },
    description: { type: DataTypes.STRING(255), allowNull: false },
    permissions: { type: DataTypes.JSON, allowNull: false },
    builtIn: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
    ...at,
  })

  await queryInterface.createTable('Users', {
    id: { type: DataTypes.UUID, primaryKey: true },
    email: { type: DataTypes.STRING(254), allowNull: false, unique: true },
    username: { type: DataTypes.STRING(64), allowNull: true, unique: true },
    name: { type: DataTypes.STRING(200), allowNull: false },
    passwordHash: { type: DataTypes.STRING(255), allowNull: true },
    disabledAt: { type: DataTypes.DATE, allowNull: true },
    ...at,
  })

  const reference = (table: string) => ({
    type: DataTypes.UUID,
    primaryKey: true,
    references: { model: table, key: 'id' },
    onDelete: 'CASCADE',
  })
  await queryInterface.createTable('UserRoles', { userId: reference('Users'), roleId: reference('Roles'), ...at })
  await queryInterface.addIndex('UserRoles', ['roleId'])

  const now = new Date()
  const builtIn = (name: string, description: string, permissions: string[]) => ({
    id: randomUUID(),
    name,
    description,
    permissions: JSON.stringify(permissions),
    builtIn: true,
    createdAt: now,
    updatedAt: now,
  })
  await queryInterface.bulkInsert('Roles', [
    builtIn('admin', 'May do everything', ADMIN_PERMISSIONS),
    builtIn('user', 'An ordinary account', []),
  ])
}

export async function down(queryInterface: QueryInterface) {
  for (const table of ['UserRoles', 'Users', 'Roles']) await queryInterface.dropTable(table)
}
