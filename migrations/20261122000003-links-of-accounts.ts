import { DataTypes, type QueryInterface } from 'sequelize'

/** Written as SQL: Sequelize's own way on SQLite copies the table and loses its constraints. */
export async function up(queryInterface: QueryInterface) {
  const timestamp = queryInterface.sequelize.getDialect() === 'postgres' ? 'TIMESTAMP WITH TIME ZONE' : 'DATETIME'
  await queryInterface.sequelize.query('ALTER TABLE "OneTimeLinks" ADD COLUMN "userId" UUID')
  await queryInterface.addIndex('OneTimeLinks', ['userId'])
  await queryInterface.addIndex('OneTimeLinks', ['expires'])
  await queryInterface.sequelize.query(`ALTER TABLE "Users" ADD COLUMN "emailVerifiedAt" ${timestamp}`)
  await queryInterface.sequelize.query(`ALTER TABLE "Users" ADD COLUMN "firstSignInAt" ${timestamp}`)
  await queryInterface.createTable('Devices', {
    id: { type: DataTypes.UUID, primaryKey: true },
    userId: { type: DataTypes.UUID, allowNull: false, references: { model: 'Users', key: 'id' }, onDelete: 'CASCADE' },
    tokenHash: { type: DataTypes.STRING(64), allowNull: false },
    userAgent: { type: DataTypes.STRING(255), allowNull: true },
    ip: { type: DataTypes.STRING(45), allowNull: true },
    createdAt: { type: DataTypes.DATE, allowNull: false },
    lastSeenAt: { type: DataTypes.DATE, allowNull: false },
    expires: { type: DataTypes.DATE, allowNull: false },
    trustedUntil: { type: DataTypes.DATE, allowNull: true },
  })
  await queryInterface.addIndex('Devices', ['tokenHash', 'userId'], { unique: true })
  await queryInterface.addIndex('Devices', ['userId'])
  await queryInterface.addIndex('Devices', ['expires'])
  await queryInterface.createTable('AuthenticatorFailures', {
    userId: { type: DataTypes.UUID, primaryKey: true, references: { model: 'Users', key: 'id' }, onDelete: 'CASCADE' },
    authenticator: { type: DataTypes.STRING(24), primaryKey: true },
    failures: { type: DataTypes.INTEGER, allowNull: false },
    waitUntil: { type: DataTypes.DATE, allowNull: true },
  })
}

export async function down(queryInterface: QueryInterface) {
  await queryInterface.dropTable('AuthenticatorFailures')
  await queryInterface.dropTable('Devices')
  await queryInterface.sequelize.query('ALTER TABLE "Users" DROP COLUMN "firstSignInAt"')
  await queryInterface.sequelize.query('ALTER TABLE "Users" DROP COLUMN "emailVerifiedAt"')
  await queryInterface.removeIndex('OneTimeLinks', ['expires'])
  await queryInterface.removeIndex('OneTimeLinks', ['userId'])
  await queryInterface.sequelize.query('ALTER TABLE "OneTimeLinks" DROP COLUMN "userId"')
}
