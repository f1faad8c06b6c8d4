import { Op } from 'sequelize'
import { Passkey } from '../../models/passkey.ts'
import { RecoveryCode } from '../../models/recovery-code.ts'
import { TotpSecret } from '../../models/totp-secret.ts'
import { User } from '../../models/user.ts'

/** A recovery code replaces a lost factor but is not a factor itself. */
export type Method = 'totp' | 'passkey' | 'recovery-code'

/** By its code, as the audit log names it, what mails call it. */
export const FACTOR_NAMES = { totp: 'authenticator app', passkey: 'passkey' } as const

export type FactorCode = keyof typeof FACTOR_NAMES

const confirmed = (userId: string) => ({ userId, confirmedAt: { [Op.ne]: null } })

export async function countFactors(userId: string): Promise<number> {
  const apps = await TotpSecret.count({ where: confirmed(userId) })
  return apps + (await Passkey.count({ where: { userId } }))
}

export async function methodsOf(userId: string): Promise<Method[]> {
  const { totp, passkeys, recoveryCodesLeft } = await listFactors(userId)
  const methods: Method[] = [
    ...(totp ? (['totp'] as const) : []),
    ...(passkeys.length > 0 ? (['passkey'] as const) : []),
  ]
  return methods.length > 0 && recoveryCodesLeft > 0 ? [...methods, 'recovery-code'] : methods
}

export async function listFactors(userId: string) {
  const totp = await TotpSecret.findOne({ attributes: ['confirmedAt'], where: confirmed(userId) })
  const passkeys = await Passkey.findAll({ where: { userId }, order: [['createdAt', 'ASC']] })
  return {
    totp: totp?.confirmedAt ? { confirmedAt: totp.confirmedAt.toISOString() } : null,
    passkeys: passkeys.map(each => each.toPublic()),
    recoveryCodesLeft: await RecoveryCode.count({ where: { userId, usedAt: null, pending: false } }),
  }
}

export async function hasPassword(id: string): Promise<boolean> {
  return (await User.count({ where: { id, passwordHash: { [Op.ne]: null } } })) === 1
}
