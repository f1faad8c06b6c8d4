import Bowser from 'bowser'
import { QueryTypes, type Sequelize } from 'sequelize'
import { z } from 'zod'
import { type Page, type PageWish, pageOfRows, positionOf, TIME_VALUE } from '../keyset.ts'
import type { AuthenticationFacts } from './facts.ts'
import type { SessionStore } from './store.ts'
import type { ListedSession } from './table.ts'

export const ListedSessionSchema = z
  .strictObject({
    id: z.uuid(),
    current: z.boolean(),
    device: z.string().meta({ example: 'Firefox on Linux' }),
    address: z.string().nullable(),
    createdAt: z.iso.datetime(),
    lastSeenAt: z.iso
      .datetime()
      .meta({ description: 'Exact to the step in which touches are written (SESSION_TOUCH_SHARE).' }),
    expires: z.iso.datetime(),
    factors: z.array(z.string()),
  })
  .meta({ id: 'ListedSession' })

/** @throws 422 for an invalid cursor */
export async function listSessions(
  store: SessionStore,
  userId: string,
  { limit, cursor }: PageWish,
): Promise<Page<ListedSession>> {
  const rows = await store.listByUser(userId, limit + 1, positionOf(cursor, TIME_VALUE))
  return pageOfRows(rows, limit, ({ expires, publicId }) => ({ value: expires.toISOString(), id: publicId }))
}

export function describeListed(listed: ListedSession, currentSid: string): z.infer<typeof ListedSessionSchema> {
  const auth = listed.content.auth as AuthenticationFacts | undefined
  return {
    id: listed.publicId,
    current: listed.sid === currentSid,
    device: deviceOf(listed.userAgent),
    address: listed.ip,
    createdAt: listed.createdAt.toISOString(),
    lastSeenAt: listed.lastSeenAt.toISOString(),
    expires: listed.expires.toISOString(),
    factors: auth?.factors ?? [],
  }
}

export const UNKNOWN_DEVICE = 'Unknown device'

/** A name such as `Firefox on Linux`; for a program, the first word of its user agent. */
export function deviceOf(userAgent: string | null): string {
  return deviceNamesOf(userAgent).device
}

const KNOWN = new Set([...Object.values(Bowser.BROWSER_MAP), ...Object.values(Bowser.OS_MAP)])
/** Of a program. No sentence and no host name fits. */
const ONE_WORD = /^[\w+-]{1,30}$/

/**
 * Also the names of browser and system, for other languages. A stranger writes the user agent, and emails show these names, so only
 * known ones and single words are taken from it.
 */
export function deviceNamesOf(userAgent: string | null): { device: string; browser?: string; system?: string } {
  if (!userAgent) return { device: UNKNOWN_DEVICE }
  const parser = Bowser.getParser(userAgent, true)
  const browser = parser.getBrowserName()
  const system = parser.getOSName()
  if (isName(browser) && isName(system)) return { device: `${browser} on ${system}`, browser, system }
  const [program = ''] = userAgent.split(/[\s/]/, 1)
  return { device: ONE_WORD.test(program) ? program : UNKNOWN_DEVICE }
}

const isName = (name: string) => KNOWN.has(name) || ONE_WORD.test(name)

/** In the index alone: `expires` of an ended session is its end. */
export async function countLive(sequelize: Sequelize, most: number): Promise<number> {
  const [row] = await sequelize.query<{ count: number | string }>(
    `SELECT COUNT(*) AS "count" FROM (
      SELECT 1 FROM "Sessions" WHERE "expires" > :now LIMIT :most) AS "some"`,
    { replacements: { now: new Date(), most }, type: QueryTypes.SELECT },
  )
  return Number(row?.count ?? 0)
}

/** @param moments oldest first @returns undefined for more than `most` rows */
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
