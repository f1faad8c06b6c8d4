import { DataTypes, type QueryInterface } from 'sequelize'

export async function up(queryInterface: QueryInterface) {
  const user = {
    type: DataTypes.UUID,
    allowNull: false,
    references: { model: 'Users', key: 'id' },
    onDelete: 'CASCADE',
  }
  const createdAt = { type: DataTypes.DATE, allowNull: false }
  const time = { type: DataTypes.DATE, allowNull: true }

  await queryInterface.createTable('TotpSecrets', {
    userId: { ...user, primaryKey: true },
    secret: { type: DataTypes.TEXT, allowNull: false },
    confirmedAt: time,
    lastStep: { type: DataTypes.BIGINT, allowNull: false, defaultValue: 0 },
    createdAt,
  })
  await queryInterface.createTable('RecoveryCodes', {
    id: { type: DataTypes.UUID, primaryKey: true },
    userId: user,
    codeHash: { type: DataTypes.STRING(64), allowNull: false },
    usedAt: time,
    createdAt,
  })
  await queryInterface.addIndex('RecoveryCodes', ['userId'])
  await queryInterface.createTable('Passkeys', {
    id: { type: DataTypes.UUID, primaryKey: true },
    userId: user,
    credentialId: { type: DataTypes.STRING(1400), allowNull: false, unique: true },
    publicKey: { type: DataTypes.TEXT, allowNull: false },
    counter: { type: DataTypes.BIGINT, allowNull: false, defaultValue: 0 },
    transports: { type: DataTypes.JSON, allowNull: false },
    name: { type: DataTypes.STRING(100), allowNull: false },
    backedUp: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
    lastUsedAt: time,
    createdAt,
  })
  await queryInterface.addIndex('Passkeys', ['userId'])
  await queryInterface.createTable('Challenges', {
    challengeHash: { type: DataTypes.STRING(64), primaryKey: true },
    purpose: { type: DataTypes.STRING(24), allowNull: false },
    boundTo: { type: DataTypes.STRING(64), allowNull: false },
    expires: { type: DataTypes.DATE, allowNull: false },
  })
  await queryInterface.addIndex('Challenges', ['expires'])
}

export async function down(queryInterface: QueryInterface) {
  for (const table of ['Challenges', 'Passkeys', 'RecoveryCodes', 'TotpSecrets']) await queryInterface.dropTable(table)
}
