import type { AuditEventRow } from '../../models/audit-event.ts'
import type { Sealer } from '../encryption/sealer.ts'

/** What stands for the hash before the first row. */
const NO_ROW = ''

/** Stands for the hash before a row that was appended although the head could not be trusted: the break stays to be found. */
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

/** A place in the chain: the row up to which it is known to be whole. */
export type Position = { seq: number; hash: string }

/** Before the first row ever. */
export const BEGINNING: Position = { seq: 0, hash: NO_ROW }

/** A position in the database, with the keyed hash that says it is ours. */
export type Sealed = { seq: number; hash: string; mac: string; keyId: string }

/** Keyed, so that write access to the database is not enough to recompute the chain. @throws UnknownKey */
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

/**
 * Seals a position: the head says which row is the last, without it the newest rows could go unnoticed; the anchor says which was the
 * last that retention deleted.
 */
export function sealPosition(sealer: Sealer, kind: 'head' | 'anchor', { seq, hash }: Position): Sealed {
  return {
    seq,
    hash,
    ...sealer.mac(sealedText(kind, { seq, hash })),
  }
}

/** @throws UnknownKey where the key is not there */
export function isOurs(sealer: Sealer, kind: 'head' | 'anchor', { seq, hash, mac, keyId }: Sealed): boolean {
  return sealer.mac(sealedText(kind, { seq: Number(seq), hash }), keyId).mac === mac
}

const sealedText = (kind: 'head' | 'anchor', { seq, hash }: Position) => JSON.stringify([`audit ${kind}`, seq, hash])

export type Row = Chained & Pick<Sealed, 'hash' | 'keyId'>

/** What is wrong with a row that should follow a position. */
export type Fault = 'missing' | 'changed' | 'moved' | 'untrusted'

/**
 * The fault of the row that comes next, if it has one.
 * @throws UnknownKey where the key of the row is not there
 */
export function faultOf(sealer: Sealer, before: Position, row: Row): Fault | undefined {
  if (Number(row.seq) !== before.seq + 1) return 'missing'
  if (hashOf(sealer, row, row.keyId).mac !== row.hash) return 'changed'
  if (row.previousHash === UNTRUSTED_HEAD) return 'untrusted'
  return row.previousHash === before.hash ? undefined : 'moved'
}
