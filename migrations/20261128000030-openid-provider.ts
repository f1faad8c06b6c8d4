import { DataTypes, type QueryInterface } from 'sequelize'

/** What oidc-provider stores, what users agreed to, and keys of further algorithms. */
export async function up(queryInterface: QueryInterface) {
  const hash = DataTypes.STRING(64)
  const client = {
    type: DataTypes.STRING(255),
    allowNull: false,
    references: { model: 'Clients', key: 'id' },
    onDelete: 'CASCADE',
  }
  const user = {
    type: DataTypes.UUID,
    allowNull: false,
    references: { model: 'Users', key: 'id' },
    onDelete: 'CASCADE',
  }

  await queryInterface.addColumn('SigningKeys', 'algorithm', {
    type: DataTypes.STRING(16),
    allowNull: false,
    defaultValue: 'EdDSA',
  })

  await queryInterface.createTable('OidcArtifacts', {
    idHash: { type: hash, primaryKey: true },
    kind: { type: DataTypes.STRING(40), allowNull: false },
    payload: { type: DataTypes.TEXT, allowNull: false },
    grantId: { type: DataTypes.STRING(300), allowNull: true },
    sessionId: { type: DataTypes.UUID, allowNull: true },
    userId: { ...user, allowNull: true },
    clientId: { type: DataTypes.STRING(255), allowNull: true },
    userCodeHash: { type: hash, allowNull: true },
    consumedAt: { type: DataTypes.DATE, allowNull: true },
    expires: { type: DataTypes.DATE, allowNull: false },
  })
  for (const columns of [['grantId'], ['sessionId', 'kind'], ['userId'], ['clientId'], ['userCodeHash'], ['expires']])
    await queryInterface.addIndex('OidcArtifacts', columns)

  await queryInterface.createTable('Consents', {
    userId: { ...user, primaryKey: true },
    clientId: { ...client, primaryKey: true },
    scopes: { type: DataTypes.JSON, allowNull: false },
    createdAt: { type: DataTypes.DATE, allowNull: false },
    updatedAt: { type: DataTypes.DATE, allowNull: false },
  })
  await queryInterface.addIndex('Consents', ['clientId'])
}

export async function down(queryInterface: QueryInterface) {
  await queryInterface.dropTable('Consents')
  await queryInterface.dropTable('OidcArtifacts')
  await queryInterface.sequelize.query(`DELETE FROM "SigningKeys" WHERE "algorithm" <> 'EdDSA'`)
  // On SQLite, removeColumn replaces the table and loses its triggers.
  await queryInterface.sequelize.query('ALTER TABLE "SigningKeys" DROP COLUMN "algorithm"')
}
