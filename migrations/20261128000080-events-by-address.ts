import type { QueryInterface } from 'sequelize'

const NAME = 'audit_events_from_address'

/** What happened from an address is read along an index, like the other filters of the log. */
export async function up(queryInterface: QueryInterface) {
  await queryInterface.addIndex('AuditEvents', ['address', 'at', 'seq'], { name: NAME })
}

export async function down(queryInterface: QueryInterface) {
  await queryInterface.removeIndex('AuditEvents', NAME)
}
