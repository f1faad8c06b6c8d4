import { DataTypes, type QueryInterface } from 'sequelize'

/** The applications that sign their users in here, and their secrets. */
export async function up(queryInterface: QueryInterface) {
  const list = { type: DataTypes.JSON, allowNull: false }
  const uri = { type: DataTypes.STRING(2000), allowNull: true }
  const flag = { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false }
  const time = (allowNull: boolean) => ({ type: DataTypes.DATE, allowNull })

  await queryInterface.createTable('Clients', {
    id: { type: DataTypes.STRING(255), primaryKey: true },
    name: { type: DataTypes.STRING(100), allowNull: false },
    applicationType: { type: DataTypes.STRING(16), allowNull: false },
    authMethod: { type: DataTypes.STRING(32), allowNull: false },
    redirectUris: list,
    postLogoutRedirectUris: list,
    backchannelLogoutUri: uri,
    launchUrl: uri,
    grantTypes: list,
    scopes: list,
    ownScopes: list,
    roles: { type: DataTypes.JSON, allowNull: true },
    secondFactor: flag,
    skipConsent: flag,
    idTokenAlgorithm: { type: DataTypes.STRING(16), allowNull: false },
    jwks: { type: DataTypes.JSON, allowNull: true },
    resource: { ...uri, unique: true },
    resourceScopes: list,
    disabledAt: time(true),
    createdAt: time(false),
    updatedAt: time(false),
  })
  await queryInterface.addIndex('Clients', ['name', 'id'])

  await queryInterface.createTable('ClientSecrets', {
    id: { type: DataTypes.UUID, primaryKey: true },
    clientId: {
      type: DataTypes.STRING(255),
      allowNull: false,
      references: { model: 'Clients', key: 'id' },
      onDelete: 'CASCADE',
    },
    secretHash: { type: DataTypes.STRING(64), allowNull: false },
    prefix: { type: DataTypes.STRING(8), allowNull: false },
    expires: time(true),
    lastUsedAt: time(true),
    createdAt: time(false),
  })
  await queryInterface.addIndex('ClientSecrets', ['clientId'])
}

export async function down(queryInterface: QueryInterface) {
  await queryInterface.dropTable('ClientSecrets')
  await queryInterface.dropTable('Clients')
}
