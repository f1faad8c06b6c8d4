import { Op } from 'sequelize'
import { PendingIdentity } from '../../models/pending-identity.ts'
import { minutes } from '../durations.ts'
import type { Sealer } from '../encryption/sealer.ts'
import { problems } from '../problems.ts'
import type { Profile } from './profile.ts'

const LIFETIME = minutes(10)

/** A profile that waits for its person's decision. */
export type Pending = {
  profile: Profile
  /** The only account that it may be linked to, or null for any. */
  userId: string | null
}

/** Keeps a profile for this browser; a newer one replaces it. */
export async function keepPending(sealer: Sealer, browser: string, { profile, userId }: Pending) {
  const sealed = sealer.seal(JSON.stringify(profile), contextOf(browser))
  await PendingIdentity.upsert({ browser, userId, sealed, expires: new Date(Date.now() + LIFETIME) })
}

/** @throws 404 where nothing waits, or no longer */
export async function readPending(sealer: Sealer, browser: string): Promise<Pending> {
  return opened(sealer, await findPending(browser))
}

/**
 * The same, and it is gone then: of parallel tries one succeeds (ASVS 2.3.4).
 * @param demand throws where this one must stay
 */
export async function takePending(
  sealer: Sealer,
  browser: string,
  demand: (pending: Pending) => void,
): Promise<Profile> {
  const row = await findPending(browser)
  const pending = opened(sealer, row)
  demand(pending)
  if ((await PendingIdentity.destroy({ where: { browser, sealed: row.sealed } })) !== 1) throw problems.nothingPending()
  return pending.profile
}

async function findPending(browser: string): Promise<PendingIdentity> {
  const row = await PendingIdentity.findOne({ where: { browser, expires: { [Op.gt]: new Date() } } })
  if (!row) throw problems.nothingPending()
  return row
}

function opened(sealer: Sealer, { browser, userId, sealed }: PendingIdentity): Pending {
  return { profile: JSON.parse(sealer.open(sealed, contextOf(browser)).text), userId }
}

function contextOf(browser: string) {
  return `pending identity:${browser}`
}
