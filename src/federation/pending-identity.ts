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
  /** Whether the person may create an account instead. */
  mayRegister: boolean
}

type Undecided = Omit<Pending, 'mayRegister'>

/** Keeps a profile for this browser; a newer one replaces it. */
export async function keepPending(sealer: Sealer, browser: string, { profile, userId }: Undecided) {
  const sealed = sealer.seal(JSON.stringify(profile), contextOf(browser))
  await PendingIdentity.upsert({ browser, userId, sealed, expires: new Date(Date.now() + LIFETIME) })
}

/** @throws 404 where nothing waits, or no longer */
export async function readPending(sealer: Sealer, browser: string): Promise<Pending> {
  const row = await PendingIdentity.findOne({ where: { browser, expires: { [Op.gt]: new Date() } } })
  if (!row) throw problems.nothingPending()
  const profile: Profile = JSON.parse(sealer.open(row.sealed, contextOf(browser)).text)
  return { profile, userId: row.userId, mayRegister: row.userId === null }
}

/** The same, and it is gone then: of parallel tries one succeeds (ASVS 2.3.4). Call it in a transaction. */
export async function takePending(sealer: Sealer, browser: string): Promise<Pending> {
  const pending = await readPending(sealer, browser)
  if ((await PendingIdentity.destroy({ where: { browser } })) !== 1) throw problems.nothingPending()
  return pending
}

function contextOf(browser: string) {
  return `pending identity:${browser}`
}
