import { DataTypes, type QueryInterface } from 'sequelize'

export async function up(queryInterface: QueryInterface) {
  await queryInterface.createTable('OneTimeLinks', {
    id: { type: DataTypes.UUID, primaryKey: true },
    purpose: { type: DataTypes.STRING(24), allowNull: false },
    tokenHash: { type: DataTypes.STRING(64), allowNull: false, unique: true },
    email: { type: DataTypes.STRING(254), allowNull: true },
    expires: { type: DataTypes.DATE, allowNull: false },
    usedAt: { type: DataTypes.DATE, allowNull: true },
    createdAt: { type: DataTypes.DATE, allowNull: false },
  })
  // The columns are those that rate-limiter-flexible reads and writes.
  await queryInterface.createTable('RateLimits', {
    key: { type: DataTypes.STRING(255), primaryKey: true },
    points: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    expire: { type: DataTypes.BIGINT, allowNull: true },
  })
  await queryInterface.addIndex('RateLimits', ['expire'])
}

export async function down(queryInterface: QueryInterface) {
  await queryInterface.dropTable('RateLimits')
  await queryInterface.dropTable('OneTimeLinks')
}
