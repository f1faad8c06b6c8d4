import { DataTypes, type QueryInterface } from 'sequelize'

/** Accounts at other login servers, and what a sign-in through one leaves behind for a while. */
export async function up(queryInterface: QueryInterface) {
  const user = {
    type: DataTypes.UUID,
    allowNull: false,
    references: { model: 'Users', key: 'id' },
    onDelete: 'CASCADE',
  }
  const time = { type: DataTypes.DATE, allowNull: true }
  const expires = { type: DataTypes.DATE, allowNull: false }
  const hash = DataTypes.STRING(64)
  const issuer = { type: DataTypes.STRING(255), allowNull: false }
  const subject = { type: DataTypes.STRING(255), allowNull: false }

  await queryInterface.createTable('Identities', {
    id: { type: DataTypes.UUID, primaryKey: true },
    userId: user,
    provider: { type: DataTypes.STRING(32), allowNull: false },
    issuer,
    subject,
    name: { type: DataTypes.STRING(254), allowNull: false },
    lastUsedAt: time,
    establishedAt: time,
    createdAt: { type: DataTypes.DATE, allowNull: false },
  })
  await queryInterface.addIndex('Identities', ['issuer', 'subject'], { unique: true })
  await queryInterface.addIndex('Identities', ['userId', 'createdAt'])

  await queryInterface.createTable('ProviderRequests', {
    stateHash: { type: hash, primaryKey: true },
    provider: { type: DataTypes.STRING(32), allowNull: false },
    purpose: { type: DataTypes.STRING(16), allowNull: false },
    browser: { type: hash, allowNull: false },
    sessionId: { type: DataTypes.UUID, allowNull: true },
    sealed: { type: DataTypes.TEXT, allowNull: false },
    expires,
    usedAt: time,
  })
  await queryInterface.addIndex('ProviderRequests', ['expires'])

  await queryInterface.createTable('PendingIdentities', {
    browser: { type: hash, primaryKey: true },
    userId: { ...user, allowNull: true },
    sealed: { type: DataTypes.TEXT, allowNull: false },
    expires,
  })
  await queryInterface.addIndex('PendingIdentities', ['expires'])
  await queryInterface.addIndex('PendingIdentities', ['userId'])

  await queryInterface.createTable('ProviderSessions', {
    sessionId: { type: DataTypes.UUID, primaryKey: true },
    userId: user,
    issuer,
    subject,
    sidHash: { type: hash, allowNull: true },
    expires,
  })
  await queryInterface.addIndex('ProviderSessions', ['issuer', 'subject'])
  await queryInterface.addIndex('ProviderSessions', ['issuer', 'sidHash'])
  await queryInterface.addIndex('ProviderSessions', ['expires'])
  await queryInterface.addIndex('ProviderSessions', ['userId'])
}

export async function down(queryInterface: QueryInterface) {
  for (const table of ['ProviderSessions', 'PendingIdentities', 'ProviderRequests', 'Identities'])
    await queryInterface.dropTable(table)
}
