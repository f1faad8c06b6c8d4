import { Op } from 'sequelize'
import { AuditEventRow, AuditHead } from '../../models/audit-event.ts'
import type { Sealer } from '../encryption/sealer.ts'
import { BEGINNING, type Position } from './chain.ts'
import { BrokenChain, follow, isTrusted, KeyMissing, readAnchor } from './follow.ts'

const BATCH = 500
/** Hashed again in a few milliseconds. */
export const NEWEST = 100
const NOTED = 'another one stood here when the head was noted.'

export type Verification = { count: number; head: Position }

/**
 * Finds changed, deleted and moved events (ASVS 16.4.2). @throws BrokenChain, KeyMissing
 * @param noted an earlier head noted elsewhere, to detect a reset of the whole log
 */
export async function verifyChain(sealer: Sealer, noted: Position = BEGINNING): Promise<Verification> {
  let position = await readAnchor(sealer)
  let count = 0
  for (;;) {
    demandNoted(position, noted)
    const rows = await nextRows(position)
    for (const row of rows) {
      position = await step(sealer, position, row)
      demandNoted(position, noted)
      count++
    }
    if (rows.length > 0) continue
    // Read after the rows, so that no valid row is newer than it.
    const head = await readHead(sealer, position)
    if (head.seq > position.seq && (await nextRows(position)).length > 0) continue
    demandSame(head, position)
    if (noted.seq > head.seq) throw new BrokenChain(head.seq + 1, 'it was there when the head was noted.')
    return { count, head }
  }
}

function nextRows({ seq }: Position) {
  return AuditEventRow.findAll({ where: { seq: { [Op.gt]: seq } }, order: ['seq'], limit: BATCH })
}

/** Retention may have deleted a missing row since the start. */
async function step(sealer: Sealer, before: Position, row: AuditEventRow): Promise<Position> {
  const isNext = Number(row.seq) === before.seq + 1
  const anchor = isNext ? before : await readAnchor(sealer)
  return follow(sealer, anchor.seq > before.seq ? anchor : before, row)
}

function demandNoted({ seq, hash }: Position, noted: Position) {
  if (seq === noted.seq && hash !== noted.hash) throw new BrokenChain(seq, NOTED)
}

async function readHead(sealer: Sealer, { seq }: Position): Promise<Position> {
  const head = await AuditHead.findByPk(1)
  if (!head && seq > 0) throw new BrokenChain(seq + 1, 'the head of the chain is missing, so newer events may be gone.')
  if (!head || Number(head.seq) === 0) return BEGINNING
  if (!isTrusted(sealer, 'head', head))
    throw new BrokenChain(seq + 1, 'the head of the chain was changed, so newer events may be gone.')
  return { seq: Number(head.seq), hash: head.hash }
}

function demandSame(head: Position, { seq, hash }: Position) {
  if (head.seq > seq) throw new BrokenChain(seq + 1, 'it is missing.')
  if (head.seq < seq) throw new BrokenChain(head.seq + 1, 'it is behind the head of the chain.')
  if (head.hash !== hash) throw new BrokenChain(seq, 'it is not the one that the head of the chain names.')
}

export type Newest = 'intact' | 'broken' | 'key-missing'

/** Checks the last NEWEST events only: cheap enough for a page, and no substitute for `verifyChain`. */
export async function verifyNewest(sealer: Sealer): Promise<Newest> {
  try {
    // Again, because retention may have moved the beginning in the meantime.
    await demandIntactEnd(sealer).catch(() => demandIntactEnd(sealer))
    return 'intact'
  } catch (error) {
    if (error instanceof BrokenChain) return 'broken'
    if (error instanceof KeyMissing) return 'key-missing'
    throw error
  }
}

async function demandIntactEnd(sealer: Sealer) {
  const newest = await AuditEventRow.findOne({
    attributes: ['seq'],
    where: { seq: { [Op.gt]: 0 } },
    order: [['seq', 'DESC']],
  })
  const last = Number(newest?.seq ?? 0)
  // Read after the last event, so that an honest head is never older.
  const head = await readHead(sealer, { ...BEGINNING, seq: last })
  if (last > head.seq) demandSame(head, { ...BEGINNING, seq: last })
  const rows = await AuditEventRow.findAll({
    where: { seq: { [Op.lte]: head.seq } },
    order: [['seq', 'DESC']],
    limit: NEWEST,
  })
  const [oldest] = rows.reverse()
  const isPart = oldest && rows.length === NEWEST
  const before = isPart ? { seq: Number(oldest.seq) - 1, hash: oldest.previousHash } : await readAnchor(sealer)
  demandSame(
    head,
    rows.reduce((position, row) => follow(sealer, position, row), before),
  )
}
