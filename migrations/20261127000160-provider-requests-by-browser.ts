import type { QueryInterface } from 'sequelize'

/** Answers of CAS name no request, so that the newest one of the browser is looked up. */
export async function up(queryInterface: QueryInterface) {
  await queryInterface.addIndex('ProviderRequests', ['browser', 'provider', 'expires'])
}

export async function down(queryInterface: QueryInterface) {
  await queryInterface.removeIndex('ProviderRequests', ['browser', 'provider', 'expires'])
}
