import { type Sequelize, Transaction } from 'sequelize'
import { withinTransaction } from '../../configs/database/transactions.ts'
import type { Logger } from '../../configs/logger.ts'
import { AuditAnchor } from '../../models/audit-anchor.ts'
import { type AuditEvent, AuditEventRow, AuditHead } from '../../models/audit-event.ts'
import type { Sealer } from '../encryption/sealer.ts'
import { BEGINNING, hashOf, isOurs, type Position, sealPosition, UNTRUSTED_HEAD } from './chain.ts'

/** Empty outside a request. */
export type AuditOrigin = { requestId?: string; address?: string; userAgent?: string }

/** Never a secret or a session id. */
type AuditDetails = Record<string, string | number | boolean | null | string[]>

export type AuditEntry = {
  userId?: string | null
  /** Who did it, if not the user; null for an operator or someone without an account. */
  actorId?: string | null
  sessionId?: string | null
  details?: AuditDetails
}

export type Audit = {
  /** Call it last: on PostgreSQL other events wait until the commit. @throws UnknownKey */
  record(event: AuditEvent, entry?: AuditEntry): Promise<void>
}

const HEAD = 1
const ADDRESS_LIMIT = 45
const USER_AGENT_LIMIT = 255

/** Binds each row to the one before by a keyed hash, so that a change shows (ASVS 16.4.2). */
export function createAudit(
  sequelize: Sequelize,
  sealer: Sealer,
  logger: Logger,
  origin: () => AuditOrigin,
  now = () => new Date(),
): Audit {
  /** Going on from an untrusted head would hide deleted rows. */
  async function previous(): Promise<Position> {
    // On SQLite the transaction itself serializes writers.
    const head = await AuditHead.findByPk(HEAD, { lock: Transaction.LOCK.UPDATE })
    if (head && Number(head.seq) > 0 && isOurs(sealer, 'head', head)) return { seq: Number(head.seq), hash: head.hash }
    const last = await lastKnown(head)
    if (last === 0) return BEGINNING
    logger.error(
      'the head of the audit chain is missing or forged: run `npm run latchkey -- audit verify` to see where the chain is broken',
    )
    return { seq: last, hash: UNTRUSTED_HEAD }
  }

  async function append(event: AuditEvent, entry: AuditEntry) {
    const { seq, hash: previousHash } = await previous()
    const row = {
      seq: seq + 1,
      at: now().toISOString(),
      event,
      ...whoOf(entry),
      ...whereOf(origin()),
      previousHash,
    }
    const { mac: hash, keyId } = hashOf(sealer, row)
    await AuditEventRow.create({ ...row, hash, keyId })
    const next = sealPosition(sealer, 'head', { seq: row.seq, hash })
    const [moved] = await AuditHead.update(next, { where: { id: HEAD } })
    if (moved === 0) await AuditHead.create({ id: HEAD, ...next })
  }

  return {
    record: (event, entry = {}) => withinTransaction(sequelize, () => append(event, entry)),
  }
}

function whoOf({ userId = null, actorId = userId, sessionId = null, details = {} }: AuditEntry) {
  return {
    actorId,
    userId,
    sessionId,
    details: JSON.stringify(details),
  }
}

function whereOf({ requestId, address, userAgent }: AuditOrigin) {
  return {
    address: address?.slice(0, ADDRESS_LIMIT) ?? null,
    userAgent: userAgent?.slice(0, USER_AGENT_LIMIT) ?? null,
    requestId: requestId ?? null,
  }
}

async function lastKnown(head: AuditHead | null): Promise<number> {
  const row = await AuditEventRow.findOne({ attributes: ['seq'], order: [['seq', 'DESC']] })
  const anchor = await AuditAnchor.findOne()
  return Math.max(Number(head?.seq ?? 0), Number(row?.seq ?? 0), Number(anchor?.seq ?? 0))
}
