import type { Request, Response } from 'express'
import type { Sequelize } from 'sequelize'
import type { Env } from '../../configs/env.ts'
import { User } from '../../models/user.ts'
import type { Audit } from '../audit/audit.ts'
import { clientAddress } from '../client-address.ts'
import { type DeviceTrust, isOwnersDevice, rememberDevice } from '../devices/devices.ts'
import { countFactors } from '../factors/factors.ts'
import { establish, type FactorIds } from '../factors/planted.ts'
import { hasSecondFactor } from '../factors/policy.ts'
import { findLocked } from '../identity/lock-user.ts'
import type { AccountState, Principal } from '../identity/principal.ts'
import { noticeFor } from '../links/notice.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { Factor } from '../sessions/facts.ts'
import { deviceOf } from '../sessions/list.ts'
import type { SessionStore } from '../sessions/store.ts'

type SignInDeps = {
  env: Pick<Env, 'BASE_URL'>
  store: SessionStore
  sequelize: Sequelize
  audit: Audit
  mailer: Mailer
}

/**
 * Once, after each complete sign-in, when its session stands: remembers the device, records the event, and tells the owner by mail
 * of a device that the account does not know (ASVS 6.3.5). The first sign-in of an account has no device to differ from.
 * @param user as the way in checked it
 * @param proven the factors that were used; in a device of the owner they become established (docs/decisions/0020)
 * @returns whether the sign-in stands: not where the account was changed, disabled or taken back, or got a factor, while it was checked
 */
export async function recordSignIn(
  { env, store, sequelize, audit, mailer }: SignInDeps,
  req: Request,
  res: Response,
  { passwordHash, securityVersion, ...user }: Principal & AccountState,
  { factors, proven, trust }: { factors: Factor[]; proven: FactorIds; trust: DeviceTrust },
): Promise<boolean> {
  const sessionId = store.liveOf(req.session)?.publicId ?? ''
  const asking = { userId: user.id, sessionId, state: { passwordHash, securityVersion } }
  return await sequelize.transaction(async () => {
    if (!(await findLocked(asking))) return false
    if (!hasSecondFactor(factors) && (await countFactors(user.id)) > 0) return false
    const wasOwners = await isOwnersDevice(req, user.id)
    const isFirst = await markFirstSignIn(user.id)
    const device = await rememberDevice(req, res, user.id, { trust, isFirst })
    if (wasOwners) await establish(user.id, proven)
    const entry = { userId: user.id, sessionId }
    await audit.record('authn_login_success', { ...entry, details: { factors, device } })
    if (trust === 'second-factor') await audit.record('authn_device_trusted', entry)
    if (device === 'new' && !isFirst) await mailer.send(await newDeviceMail(env, req, user))
    return true
  })
}

async function markFirstSignIn(id: string) {
  const [marked] = await User.update(
    { firstSignInAt: new Date() },
    { where: { id, firstSignInAt: null }, silent: true },
  )
  return marked === 1
}

async function newDeviceMail(env: Pick<Env, 'BASE_URL'>, req: Request, user: Principal) {
  return {
    to: user.email,
    template: 'new-device' as const,
    data: {
      ...(await noticeFor({ env }, user)),
      device: deviceOf(req.headers['user-agent'] ?? null),
      address: clientAddress(req),
    },
  }
}
