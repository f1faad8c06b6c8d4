import { userInfo } from 'node:os'
import type { AuditEntry } from '../audit/audit.ts'

/** Who is at the command line, for the audit log: no user of ours, but one of the machine (ASVS 16.2.1). */
export const byOperator = (userId: string | null, details: AuditEntry['details'] = {}): AuditEntry => ({
  userId,
  actorId: null,
  details: { ...details, by: 'command line', operator: operatorName() },
})

/** A container may run under a number that has no name. */
const operatorName = () => {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
