import type { QueryInterface } from 'sequelize'

/** What the lists of sessions, tokens and events are read along; each index takes the place of one that sorted nothing, or by number only. */
const INDEXES: { table: string; name: string; columns: string[] }[] = [
  { table: 'Sessions', name: 'sessions_of_user', columns: ['userId', 'expires', 'publicId'] },
  { table: 'ApiTokens', name: 'api_tokens_of_user', columns: ['userId', 'createdAt', 'id'] },
  { table: 'AuditEvents', name: 'audit_events_by_time', columns: ['at', 'seq'] },
  { table: 'AuditEvents', name: 'audit_events_of_kind', columns: ['event', 'at', 'seq'] },
  { table: 'AuditEvents', name: 'audit_events_of_user', columns: ['userId', 'at', 'seq'] },
  { table: 'AuditEvents', name: 'audit_events_of_actor', columns: ['actorId', 'at', 'seq'] },
]

const REPLACED: { table: string; columns: string[] }[] = [
  { table: 'Sessions', columns: ['userId'] },
  { table: 'ApiTokens', columns: ['userId'] },
  { table: 'AuditEvents', columns: ['at'] },
  { table: 'AuditEvents', columns: ['event', 'seq'] },
  { table: 'AuditEvents', columns: ['userId', 'seq'] },
]

export async function up(queryInterface: QueryInterface) {
  for (const { table, name, columns } of INDEXES) await queryInterface.addIndex(table, columns, { name })
  for (const { table, columns } of REPLACED) await queryInterface.removeIndex(table, columns)
}

export async function down(queryInterface: QueryInterface) {
  for (const { table, columns } of REPLACED) await queryInterface.addIndex(table, columns)
  for (const { table, name } of INDEXES) await queryInterface.removeIndex(table, name)
}
