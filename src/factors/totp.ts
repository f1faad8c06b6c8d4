import { Op, UniqueConstraintError } from 'sequelize'
import type { Env } from '../../configs/env.ts'
import { TotpSecret } from '../../models/totp-secret.ts'
import { minutes, seconds } from '../durations.ts'
import type { Sealer } from '../encryption/sealer.ts'
import { labelOf } from '../identity/identifiers.ts'
import type { Principal } from '../identity/principal.ts'
import { problems } from '../problems.ts'
import { enableCodes } from './failures.ts'

/** 160 bits (RFC 6238; RFC 4226, R6; NIST SP 800-63B-4 3.1.4.1 asks for 112). */
const SECRET_BYTES = 20
const PERIOD = 30
const SHAPE = { algorithm: 'sha1', digits: 6, period: PERIOD } as const

const CONFIRM_WITHIN = minutes(15)

const library = () => import('otplib')

type TotpDeps = { env: Pick<Env, 'SITE_NAME'>; sealer: Sealer }
type Enrolment = { secret: string; uri: string; qr: string }

const contextOf = (userId: string) => `totp:${userId}`

/** @returns the secret in base32, as an otpauth URI and as an SVG. @throws 409 `factor_exists` */
export async function beginTotp(
  { env, sealer }: TotpDeps,
  user: Pick<Principal, 'id' | 'email' | 'username' | 'name'>,
  boundTo: string,
): Promise<Enrolment> {
  const [{ generateSecret, generateURI }, { renderSVG }] = await Promise.all([library(), import('uqr')])
  const secret = generateSecret({ length: SECRET_BYTES })
  await keepUnconfirmed(user.id, sealer.seal(secret, contextOf(user.id)), boundTo)
  const uri = generateURI({ ...SHAPE, strategy: 'totp', issuer: env.SITE_NAME, label: labelOf(user), secret })
  return { secret, uri, qr: renderSVG(uri) }
}

async function keepUnconfirmed(userId: string, secret: string, boundTo: string) {
  await TotpSecret.destroy({ where: { expires: { [Op.lte]: new Date() } } })
  const kept = { secret, boundTo, expires: new Date(Date.now() + CONFIRM_WITHIN) }
  const replace = async () => (await TotpSecret.update(kept, { where: { userId, confirmedAt: null } }))[0] === 1
  if (await replace()) return
  try {
    await TotpSecret.create({ userId, ...kept })
  } catch (error) {
    if (!(error instanceof UniqueConstraintError)) throw error
    if (!(await replace())) throw problems.appExists()
  }
}

/** @throws 409 `factor_exists`, 404 if this session has nothing to confirm */
export async function confirmTotp(sealer: Sealer, userId: string, code: string, boundTo: string): Promise<boolean> {
  const row = await TotpSecret.findByPk(userId)
  if (row?.confirmedAt) throw problems.appExists()
  if (!row || row.boundTo !== boundTo || !row.expires || row.expires <= new Date()) throw problems.noUnconfirmedApp()
  const step = await stepOf(sealer.open(row.secret, contextOf(userId)).text, code)
  if (step === undefined) return false
  // Another enrollment may have replaced the secret meanwhile.
  const [confirmed] = await TotpSecret.update(
    { confirmedAt: new Date(), lastStep: step, boundTo: null, expires: null },
    { where: { userId, secret: row.secret, confirmedAt: null } },
  )
  if (confirmed !== 1) return false
  await enableCodes(userId)
  return true
}

/** The UPDATE of the last step accepts one of parallel attempts (ASVS 6.5.1). */
export async function useTotp(sealer: Sealer, userId: string, code: string): Promise<boolean> {
  const row = await TotpSecret.findByPk(userId)
  if (!row?.confirmedAt) return false
  const { text, outdated } = sealer.open(row.secret, contextOf(userId))
  const step = await stepOf(text, code)
  if (step === undefined) return false
  const secret = outdated ? sealer.seal(text, contextOf(userId)) : row.secret
  const [used] = await TotpSecret.update(
    { lastStep: step, secret },
    {
      where: {
        userId,
        secret: row.secret,
        confirmedAt: { [Op.ne]: null },
        lastStep: { [Op.or]: [{ [Op.lt]: step }, { [Op.gt]: stepNow() + 1 }] },
      },
    },
  )
  return used === 1
}

/** A last step in the future comes from a wrong clock and would block all codes. */
const stepNow = () => Math.floor(Date.now() / seconds(PERIOD))

export async function removeTotp(userId: string): Promise<boolean> {
  if ((await TotpSecret.destroy({ where: { userId, confirmedAt: { [Op.ne]: null } } })) !== 1) return false
  await enableCodes(userId)
  return true
}

/** Accepts this step and the one before (RFC 6238, 5.2; docs/decisions/0013 on ASVS 6.5.5). */
async function stepOf(secret: string, code: string): Promise<number | undefined> {
  const { verifySync } = await library()
  const epoch = Math.floor(Date.now() / seconds(1))
  const result = verifySync({ ...SHAPE, strategy: 'totp', secret, token: code, epoch, epochTolerance: [PERIOD, 0] })
  return result.valid ? Math.floor(epoch / PERIOD) + result.delta : undefined
}
