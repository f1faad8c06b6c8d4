import type { AuditEventRow } from '../../models/audit-event.ts'
import type { Sealer } from '../encryption/sealer.ts'

const NO_ROW = ''

/** Marks a row that follows an untrusted head, so that the break stays visible. */
export const UNTRUSTED_HEAD = 'untrusted head'

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

export type Position = { seq: number; hash: string }

export const BEGINNING: Position = { seq: 0, hash: NO_ROW }

export type Sealed = { seq: number; hash: string; mac: string; keyId: string }

/** Keyed, so that database access is not enough to recompute the chain. @throws UnknownKey */
export function hashOf(sealer: Sealer, row: Chained, keyId?: string) {
  return sealer.mac(
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
}

/** The head seals the last row, the anchor the last row that retention deleted. */
export function sealPosition(sealer: Sealer, kind: 'head' | 'anchor', { seq, hash }: Position): Sealed {
  return {
    seq,
    hash,
    ...sealer.mac(sealedText(kind, { seq, hash })),
  }
}

/** @throws UnknownKey */
export function isOurs(sealer: Sealer, kind: 'head' | 'anchor', { seq, hash, mac, keyId }: Sealed): boolean {
  return sealer.mac(sealedText(kind, { seq: Number(seq), hash }), keyId).mac === mac
}

const sealedText = (kind: 'head' | 'anchor', { seq, hash }: Position) => JSON.stringify([`audit ${kind}`, seq, hash])

export type Row = Chained & Pick<Sealed, 'hash' | 'keyId'>

export type Fault = 'missing' | 'changed' | 'moved' | 'untrusted'

/** @throws UnknownKey */
export function faultOf(sealer: Sealer, before: Position, row: Row): Fault | undefined {
  if (Number(row.seq) !== before.seq + 1) return 'missing'
  if (hashOf(sealer, row, row.keyId).mac !== row.hash) return 'changed'
  if (row.previousHash === UNTRUSTED_HEAD) return 'untrusted'
  return row.previousHash === before.hash ? undefined : 'moved'
}
