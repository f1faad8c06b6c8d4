import type { Sequelize } from 'sequelize'
import { QueryTypes } from 'sequelize'
import type { Sealer } from './sealer.ts'

const SAMPLE = 500

type Sealed = { id: string; sealed: string }

const PLACES = [
  { table: 'TotpSecrets', key: 'userId', column: 'secret', contextOf: (id: string) => `totp:${id}` },
  { table: 'SigningKeys', key: 'kid', column: 'sealedJwk', contextOf: (id: string) => `signing-key:${id}` },
  { table: 'Mails', key: 'id', column: 'content', contextOf: () => 'mail' },
] as const

export async function countByKey(sequelize: Sequelize): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const { table, column } of PLACES) {
    const rows = await sequelize.query<{ keyId: string; count: number | string }>(
      `SELECT ${keyIdIn(column)} AS "keyId", COUNT(*) AS "count" FROM "${table}" WHERE "${column}" IS NOT NULL GROUP BY 1`,
      { type: QueryTypes.SELECT },
    )
    for (const { keyId, count } of rows) counts.set(keyId, (counts.get(keyId) ?? 0) + Number(count))
  }
  return counts
}

export async function sampleKeyIds(sequelize: Sequelize): Promise<string[]> {
  const ids: string[] = []
  for (const { table, column } of PLACES) {
    const some = `SELECT "${column}" FROM "${table}" WHERE "${column}" IS NOT NULL LIMIT ${SAMPLE}`
    const rows = await sequelize.query<{ keyId: string }>(
      `SELECT DISTINCT ${keyIdIn(column)} AS "keyId" FROM (${some}) AS "some"`,
      { type: QueryTypes.SELECT },
    )
    ids.push(...rows.map(({ keyId }) => keyId))
  }
  return ids
}

/** The newest key has sealed rows changed meanwhile. @returns how many. @throws CannotOpen */
export async function reseal(sequelize: Sequelize, sealer: Sealer): Promise<number> {
  let resealed = 0
  for (const place of PLACES)
    for (const { id, sealed } of await rowsOf(sequelize, place)) {
      const { text, outdated } = sealer.open(sealed, place.contextOf(id))
      if (!outdated) continue
      const { table, key, column } = place
      const [, changed] = await sequelize.query(
        `UPDATE "${table}" SET "${column}" = :fresh WHERE "${key}" = :id AND "${column}" = :sealed`,
        { replacements: { fresh: sealer.seal(text, place.contextOf(id)), id, sealed }, type: QueryTypes.UPDATE },
      )
      resealed += changed
    }
  return resealed
}

/** The format is `v1.<key id>.…` (src/encryption/sealer.ts). */
const keyIdIn = (column: string) => `substr("${column}", 4, 8)`

function rowsOf(sequelize: Sequelize, { table, key, column }: (typeof PLACES)[number]) {
  return sequelize.query<Sealed>(
    `SELECT CAST("${key}" AS TEXT) AS "id", "${column}" AS "sealed" FROM "${table}" WHERE "${column}" IS NOT NULL`,
    { type: QueryTypes.SELECT },
  )
}
