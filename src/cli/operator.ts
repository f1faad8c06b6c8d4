import { userInfo } from 'node:os'
import type { AuditEntry } from '../audit/audit.ts'

/** The operating system's user who runs the command, for the audit log (ASVS 16.2.1). */
export function byOperator(userId: string | null, details: AuditEntry['details'] = {}): AuditEntry {
  return {
    userId,
    actorId: null,
    details: { ...details, by: 'command line', operator: operatorName() },
  }
}

/** A container may run under a number that has no name. */
function operatorName() {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
