import type { AuditEventRow } from '../../models/audit-event.ts'
import type { Sealer } from '../encryption/sealer.ts'

/** What stands for the hash before the first row. */
export const NO_ROW = ''

export type Chained = Pick<
  AuditEventRow,
  | 'seq'
  | 'at'
  | 'event'
  | 'actorId'
  | 'userId'
  | 'sessionId'
  | 'address'
  | 'userAgent'
  | 'requestId'
  | 'details'
  | 'previousHash'
>

/** Keyed, so that who can write to the database cannot compute the chain anew. @throws CannotOpen for an unknown `keyId` */
export const hashOf = (sealer: Sealer, row: Chained, keyId?: string) =>
  sealer.mac(
    JSON.stringify([
      'audit event',
      Number(row.seq),
      row.at,
      row.event,
      row.actorId,
      row.userId,
      row.sessionId,
      row.address,
      row.userAgent,
      row.requestId,
      row.details,
      row.previousHash,
    ]),
    keyId,
  )

/** Says which row is the last: without it, the newest rows could go unnoticed. */
export const headHashOf = (sealer: Sealer, seq: number, hash: string, keyId?: string) =>
  sealer.mac(JSON.stringify(['audit head', seq, hash]), keyId)
