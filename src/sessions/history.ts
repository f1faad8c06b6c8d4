import { QueryTypes, type Sequelize } from 'sequelize'

/**
 * How many signed-in sessions were alive at each of some moments. An ended row keeps its end in `expires`, so this holds for as long as
 * SESSION_TOMBSTONES keeps ended rows.
 * @param moments oldest first
 */
export const liveAt = async (sequelize: Sequelize, moments: Date[]): Promise<number[]> => {
  const [oldest] = moments
  if (!oldest) return []
  const columns = moments.map(
    (_, at) => `SUM(CASE WHEN "createdAt" <= :m${at} AND "expires" > :m${at} THEN 1 ELSE 0 END) AS "m${at}"`,
  )
  const [row] = await sequelize.query<Record<string, number | string | null>>(
    `SELECT ${columns.join(', ')} FROM "Sessions" WHERE "userId" IS NOT NULL AND "expires" > :m0`,
    { replacements: Object.fromEntries(moments.map((moment, at) => [`m${at}`, moment])), type: QueryTypes.SELECT },
  )
  return moments.map((_, at) => Number(row?.[`m${at}`] ?? 0))
}
