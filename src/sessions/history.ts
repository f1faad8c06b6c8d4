import { QueryTypes, type Sequelize } from 'sequelize'

/**
 * How many signed-in sessions were alive at each of some moments. An ended row keeps its end in `expires`, so this holds for as long as
 * SESSION_TOMBSTONES keeps ended rows.
 * @param moments oldest first
 * @param most rows that are looked at
 * @returns undefined where there are more
 */
export async function liveAt(sequelize: Sequelize, moments: Date[], most: number): Promise<number[] | undefined> {
  const [oldest] = moments
  if (!oldest) return []
  const columns = moments.map(
    (_, at) => `SUM(CASE WHEN "createdAt" <= :m${at} AND "expires" > :m${at} THEN 1 ELSE 0 END) AS "m${at}"`,
  )
  const kept = `SELECT "createdAt", "expires" FROM "Sessions" WHERE "expires" > :m0 AND "userId" IS NOT NULL LIMIT :limit`
  const [row] = await sequelize.query<Record<string, number | string | null>>(
    `SELECT COUNT(*) AS "kept", ${columns.join(', ')} FROM (${kept}) AS "kept"`,
    {
      replacements: { limit: most + 1, ...Object.fromEntries(moments.map((moment, at) => [`m${at}`, moment])) },
      type: QueryTypes.SELECT,
    },
  )
  if (Number(row?.kept) > most) return undefined
  return moments.map((_, at) => Number(row?.[`m${at}`] ?? 0))
}

/** How many sessions are alive. @param most rows that are counted */
export async function countLive(sequelize: Sequelize, most: number): Promise<number> {
  const [row] = await sequelize.query<{ count: number | string }>(
    `SELECT COUNT(*) AS "count" FROM (
      SELECT 1 FROM "Sessions" WHERE "endedAt" IS NULL AND "expires" > :now LIMIT :most) AS "some"`,
    { replacements: { now: new Date(), most }, type: QueryTypes.SELECT },
  )
  return Number(row?.count ?? 0)
}
