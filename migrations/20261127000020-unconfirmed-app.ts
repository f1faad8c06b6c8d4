import { DataTypes, type QueryInterface } from 'sequelize'

/** Binds a secret that is not confirmed yet to the session that asked for it, and lets it expire. */
export async function up(queryInterface: QueryInterface) {
  await queryInterface.addColumn('TotpSecrets', 'boundTo', { type: DataTypes.STRING(64), allowNull: true })
  await queryInterface.addColumn('TotpSecrets', 'expires', { type: DataTypes.DATE, allowNull: true })
  await queryInterface.addIndex('TotpSecrets', ['expires'])
}

export async function down(queryInterface: QueryInterface) {
  await queryInterface.removeIndex('TotpSecrets', ['expires'])
  for (const column of ['expires', 'boundTo'])
    await queryInterface.sequelize.query(`ALTER TABLE "TotpSecrets" DROP COLUMN "${column}"`)
}
