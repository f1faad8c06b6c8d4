import { type Sequelize, Transaction } from 'sequelize'
import { AuditAnchor } from '../../models/audit-anchor.ts'
import { AuditHead } from '../../models/audit-event.ts'
import type { Sealer } from '../encryption/sealer.ts'
import { isOurs, sealPosition } from './chain.ts'

/** Signs both ends of the chain with the newest key. @throws UnknownKey */
export function resealEnds(sequelize: Sequelize, sealer: Sealer): Promise<void> {
  return sequelize.transaction(async () => {
    const lock = Transaction.LOCK.UPDATE
    const head = await AuditHead.findOne({ lock })
    const anchor = await AuditAnchor.findOne({ lock })
    for (const [kind, row] of [['head', head] as const, ['anchor', anchor] as const]) {
      if (!row || Number(row.seq) === 0 || !isOurs(sealer, kind, row)) continue
      await row.update(sealPosition(sealer, kind, { seq: Number(row.seq), hash: row.hash }))
    }
  })
}
