import { AuditAnchor } from '../../models/audit-anchor.ts'
import { type Sealer, UnknownKey } from '../encryption/sealer.ts'
import { BEGINNING, type Fault, faultOf, isOurs, type Position, type Row, type Sealed } from './chain.ts'

export class BrokenChain extends Error {
  override readonly name = 'BrokenChain'
  readonly seq: number
  constructor(seq: number, what: string) {
    super(`The audit chain is broken at event ${seq}: ${what}`)
    this.seq = seq
  }
}

export class KeyMissing extends Error {
  override readonly name = 'KeyMissing'
  constructor(what: string, keyId: string) {
    super(
      `${what} was written under a key that ENCRYPTION_KEYS does not have (${keyId}). Put that key back at the end of the list and verify again.`,
    )
  }
}

const WORDS: Record<Fault, string> = {
  missing: 'it is missing.',
  changed: 'it was changed.',
  moved: 'it does not follow the one before; it was moved, or the one before was replaced.',
  untrusted: 'when it was written, the head of the chain was missing or not ours; events before it may be gone.',
}

/** @returns the position after the row. @throws BrokenChain, KeyMissing */
export function follow(sealer: Sealer, before: Position, row: Row): Position {
  const seq = Number(row.seq)
  const fault = judged(`Event ${seq}`, () => faultOf(sealer, before, row))
  if (fault) throw new BrokenChain(fault === 'missing' ? before.seq + 1 : seq, WORDS[fault])
  return { seq, hash: row.hash }
}

/** @throws BrokenChain, KeyMissing */
export async function readAnchor(sealer: Sealer): Promise<Position> {
  const anchor = await AuditAnchor.findByPk(1)
  if (!anchor) return BEGINNING
  if (!isTrusted(sealer, 'anchor', anchor))
    throw new BrokenChain(Number(anchor.seq), 'the record of what retention deleted was changed.')
  return { seq: Number(anchor.seq), hash: anchor.hash }
}

/** @throws KeyMissing */
export function isTrusted(sealer: Sealer, kind: 'head' | 'anchor', sealed: Sealed): boolean {
  return judged(`The ${kind} of the audit chain`, () => isOurs(sealer, kind, sealed))
}

function judged<T>(what: string, judge: () => T): T {
  try {
    return judge()
  } catch (error) {
    if (error instanceof UnknownKey) throw new KeyMissing(what, error.keyId)
    throw error
  }
}
