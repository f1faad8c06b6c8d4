import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { ServerNode } from '../../models/server-node.ts'
import type { Sealer } from '../encryption/sealer.ts'
import { type Job, startJob } from '../jobs.ts'
import { secretId } from '../sessions/cookie.ts'
import { forgetGoneNodes, REPORT_EVERY, type RunningNode, runningNodes } from './running-nodes.ts'

type ReportDeps = { env: Pick<Env, 'SESSION_SECRET' | 'PORT'>; sealer: Sealer; logger: Logger }

/** Publishes this process's key ids, so that `secrets` and `encryption` wait for all nodes. */
export function startNodeReport({ env, sealer, logger }: ReportDeps): Job {
  const id = randomUUID()
  const ownSecrets = env.SESSION_SECRET.map(secretId)
  const row = {
    id,
    name: `${hostname()}:${env.PORT} (process ${process.pid})`.slice(0, 255),
    sessionSecrets: JSON.stringify(ownSecrets),
    encryptionKeys: JSON.stringify(sealer.keyIds),
    startedAt: new Date(),
  }
  const logged = new Set<string>()

  const job = startJob({ name: 'the report of this node', every: REPORT_EVERY, logger, work, deletesRows: false })
  void job.attempt()

  async function work() {
    await ServerNode.upsert({ ...row, seenAt: new Date() })
    await forgetGoneNodes()
    for (const node of await runningNodes()) compare(node)
    return 1
  }

  function compare({ name, sessionSecrets: [signing = ''], encryptionKeys: [sealing = ''] }: RunningNode) {
    if (!ownSecrets.includes(signing))
      logMissing('SESSION_SECRET', signing, name, 'sessions that it signs are 401 here')
    if (!sealer.keyIds.includes(sealing)) logMissing('ENCRYPTION_KEYS', sealing, name, 'what it seals is 503 here')
  }

  function logMissing(variable: string, key: string, node: string, effect: string) {
    if (logged.has(key)) return
    logged.add(key)
    logger.error(
      `another node uses a key that ${variable} lacks: ${effect}; add it at the end of the list and restart`,
      {
        key,
        node,
      },
    )
  }

  return {
    ...job,
    stop: async () => {
      await job.stop()
      await ServerNode.destroy({ where: { id } }).catch(() => {})
    },
  }
}
