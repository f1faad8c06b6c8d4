import type { Transaction } from 'sequelize'
import type { Database } from '../../configs/database.ts'
import { AuditEventRow, AuditHead } from '../../models/audit-event.ts'
import type { Sealer } from '../encryption/sealer.ts'
import { hashOf, headHashOf, NO_ROW } from './chain.ts'
import type { AuditEntry, AuditEvent } from './events.ts'

/** Where a request came from; empty outside of one. */
export type AuditOrigin = { requestId?: string; address?: string; userAgent?: string }

export type Audit = {
  /**
   * Appends one event to the chain.
   * @param transaction the change that the event is about, so that both are kept or neither (ASVS 2.3.3)
   */
  record(event: AuditEvent, entry?: AuditEntry, transaction?: Transaction): Promise<void>
}

const USER_AGENT_LIMIT = 255

/**
 * The log of security events in `AuditEvents`: append-only, each row bound to the one before by a keyed hash, the last one to the
 * head, so that an edited, deleted or reordered row shows (ASVS 16.4.2).
 */
export const createAudit = (database: Database, sealer: Sealer, origin: () => AuditOrigin): Audit => {
  const append = async (event: AuditEvent, entry: AuditEntry, transaction: Transaction) => {
    // The lock makes appenders take turns on PostgreSQL; on SQLite the transaction itself does.
    const head = await AuditHead.findOne({ transaction, lock: transaction.LOCK.UPDATE })
    const { requestId = null, address = null, userAgent } = origin()
    const row = {
      seq: Number(head?.seq ?? 0) + 1,
      at: new Date().toISOString(),
      event,
      actorId: entry.actorId ?? entry.userId ?? null,
      userId: entry.userId ?? null,
      sessionId: entry.sessionId ?? null,
      address,
      userAgent: userAgent?.slice(0, USER_AGENT_LIMIT) ?? null,
      requestId,
      details: JSON.stringify(entry.details ?? {}),
      previousHash: head?.hash ?? NO_ROW,
    }
    const { mac: hash, keyId } = hashOf(sealer, row)
    await AuditEventRow.create({ ...row, hash, keyId }, { transaction })
    const next = { seq: row.seq, hash, ...headHashOf(sealer, row.seq, hash) }
    if (head) await AuditHead.update(next, { where: { id: 1 }, transaction })
    else await AuditHead.create({ id: 1, ...next }, { transaction })
  }

  return {
    record: async (event, entry = {}, transaction) => {
      if (transaction) await append(event, entry, transaction)
      else await database.sequelize.transaction(own => append(event, entry, own))
    },
  }
}
