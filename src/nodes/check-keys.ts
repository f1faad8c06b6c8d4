import { Op } from 'sequelize'
import type { Database } from '../../configs/database.ts'
import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { AuditAnchor } from '../../models/audit-anchor.ts'
import { AuditEventRow, AuditHead } from '../../models/audit-event.ts'
import { Session } from '../../models/session.ts'
import { sampleKeyIds } from '../encryption/reseal.ts'
import type { Sealer } from '../encryption/sealer.ts'
import { secretId } from '../sessions/cookie.ts'

/** Sessions read from each end of the expiry index: old and new secrets are at opposite ends. */
const SAMPLE = 500

type CheckDeps = { env: Pick<Env, 'SESSION_SECRET'>; database: Database; sealer: Sealer; logger: Logger }

/** Reads samples to keep the start fast; `secrets status` and `encryption status` count all. */
export async function checkKeys({ env, database, sealer, logger }: CheckDeps): Promise<void> {
  const ownSecrets = env.SESSION_SECRET.map(secretId)
  for (const [id, count] of await sampleSecrets())
    if (!ownSecrets.includes(id))
      logger.warn(
        'SESSION_SECRET lacks a secret that signed live sessions, so their owners have to sign in again: add it at the end of the list and restart; `npm run latchkey -- secrets status` counts them',
        { secret: id, ...count },
      )

  const head = await AuditHead.findOne()
  if (head && Number(head.seq) > 0 && isMissing(head.keyId))
    logger.error(
      'ENCRYPTION_KEYS lacks the key of the newest security event, so sign-ins and all else that is recorded are 503: add it at the end of the list and restart',
      { key: head.keyId },
    )

  const [anchor, oldest] = [await AuditAnchor.findOne(), await AuditEventRow.findOne({ order: ['seq'] })]
  for (const key of missing([anchor?.keyId, oldest?.keyId]))
    logger.warn(
      'ENCRYPTION_KEYS lacks a key of older security events, so `npm run latchkey -- audit verify` and the deletion of old events stop at them: add it at the end of the list and restart',
      { key },
    )

  for (const key of missing(await sampleKeyIds(database.sequelize)))
    logger.warn(
      'ENCRYPTION_KEYS lacks a key that sealed authenticator apps, signing keys or waiting mails, so what uses them is 503: add it at the end of the list and restart; `npm run latchkey -- encryption status` counts them',
      { key },
    )

  function isMissing(keyId: string) {
    return !sealer.keyIds.includes(keyId)
  }

  function missing(ids: (string | undefined)[]): string[] {
    return [...new Set(ids.filter(id => id !== undefined))].filter(isMissing)
  }
}

async function sampleSecrets(): Promise<Map<string, { sessions: number; of: number }>> {
  const live = { endedAt: null, expires: { [Op.gt]: new Date() } }
  const ends = await Promise.all(
    ['ASC', 'DESC'].map(direction =>
      Session.findAll({
        attributes: ['sid', 'secretId'],
        where: live,
        order: [['expires', direction]],
        limit: SAMPLE,
        raw: true,
      }),
    ),
  )
  const secretBySid = new Map(ends.flat().map(row => [row.sid, row.secretId]))
  const counts = new Map<string, { sessions: number; of: number }>()
  for (const id of secretBySid.values())
    counts.set(id, { sessions: (counts.get(id)?.sessions ?? 0) + 1, of: secretBySid.size })
  return counts
}
