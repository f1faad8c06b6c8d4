import { Op } from 'sequelize'
import { Identity } from '../../models/identity.ts'
import { Passkey } from '../../models/passkey.ts'
import { RecoveryCode } from '../../models/recovery-code.ts'
import { TotpSecret } from '../../models/totp-secret.ts'
import type { MailFactor } from '../mail/content.ts'
import { FACTOR_NAMES } from './factors.ts'

const TOTP = 'totp'
const RECOVERY_CODES = 'recovery-codes'

/** A way in that somebody else may have added. `id` is that of a passkey or identity, `totp` or `recovery-codes`. */
export type NamedFactor = {
  id: string
  kind: 'second factor' | 'identity'
  /** As the audit log names it. */
  code: 'totp' | 'passkey' | 'recovery-codes' | 'provider'
  name: string
  /** The same for mails, which translate it. */
  inMail: MailFactor
  createdAt: Date
  lastUsedAt: Date | null
  establishedAt: Date | null
}

export async function namedFactors(userId: string): Promise<NamedFactor[]> {
  const apps = await TotpSecret.findAll({ where: { userId, confirmedAt: { [Op.ne]: null } } })
  const passkeys = await Passkey.findAll({ where: { userId }, order: [['createdAt', 'ASC']] })
  const code = await RecoveryCode.findOne({ where: { userId, usedAt: null, pending: false } })
  const identities = await Identity.findAll({ where: { userId }, order: [['createdAt', 'ASC']] })
  const kind = 'second factor' as const
  return [
    ...apps.map(({ confirmedAt, createdAt, establishedAt }) => ({
      id: TOTP,
      kind,
      code: 'totp' as const,
      name: FACTOR_NAMES.totp,
      inMail: { kind: 'totp' as const },
      createdAt: confirmedAt ?? createdAt,
      lastUsedAt: null,
      establishedAt,
    })),
    ...passkeys.map(({ id, name, createdAt, lastUsedAt, establishedAt }) => ({
      id,
      kind,
      code: 'passkey' as const,
      name: `${FACTOR_NAMES.passkey} "${name}"`,
      inMail: { kind: 'passkey' as const, name },
      createdAt,
      lastUsedAt,
      establishedAt,
    })),
    ...(code
      ? [
          {
            id: RECOVERY_CODES,
            kind,
            code: 'recovery-codes' as const,
            name: 'recovery codes',
            inMail: { kind: 'recovery-codes' as const },
            createdAt: code.createdAt,
            lastUsedAt: null,
            establishedAt: code.establishedAt,
          },
        ]
      : []),
    ...identities.map(({ id, provider, name, createdAt, lastUsedAt, establishedAt }) => ({
      id,
      kind: 'identity' as const,
      code: 'provider' as const,
      name: `${provider} account ${name}`,
      inMail: { kind: 'identity' as const, provider, name },
      createdAt,
      lastUsedAt,
      establishedAt,
    })),
  ]
}

/** Removes factors that are not established. @param disowned further ids, or `all` */
export async function removePlanted(userId: string, disowned: string[] | 'all') {
  const factors = await namedFactors(userId)
  const isPlanted = ({ id, establishedAt }: NamedFactor) =>
    disowned === 'all' || establishedAt === null || disowned.includes(id)
  return removeFactorsBut(
    userId,
    factors.filter(factor => !isPlanted(factor)).map(({ id }) => id),
  )
}

/** Recovery codes go with the last factor. @param kept ids */
export async function removeFactorsBut(userId: string, kept: string[]) {
  const factors = await namedFactors(userId)
  const isSecond = ({ id, kind }: NamedFactor) => kind === 'second factor' && id !== RECOVERY_CODES
  const isLast = !factors.some(factor => isSecond(factor) && kept.includes(factor.id))
  const stays = ({ id }: NamedFactor) => kept.includes(id) && !(isLast && id === RECOVERY_CODES)
  const removed = factors.filter(factor => !stays(factor))
  const ids = removed.map(({ id }) => id)
  const rows = ids.filter(id => id !== TOTP && id !== RECOVERY_CODES)
  await Passkey.destroy({ where: { userId, id: rows } })
  await Identity.destroy({ where: { userId, id: rows } })
  if (ids.includes(TOTP)) await TotpSecret.destroy({ where: { userId } })
  await RecoveryCode.destroy({ where: { userId, pending: true } })
  if (isLast || ids.includes(RECOVERY_CODES)) await RecoveryCode.destroy({ where: { userId } })
  return { removed, kept: factors.filter(stays) }
}

export type FactorIds = {
  totp?: boolean
  recoveryCodes?: boolean
  credentialId?: string | undefined
  identityId?: string | undefined
}

/** Established factors outlive a recovery. */
export async function establish(userId: string, ids: FactorIds) {
  const { totp = false, recoveryCodes = false, credentialId, identityId } = ids
  const [established, unset] = [{ establishedAt: new Date() }, { userId, establishedAt: null }]
  if (totp) await TotpSecret.update(established, { where: unset })
  if (recoveryCodes) await RecoveryCode.update(established, { where: { ...unset, pending: false } })
  if (credentialId) await Passkey.update(established, { where: { ...unset, credentialId } })
  if (identityId) await Identity.update(established, { where: { ...unset, id: identityId } })
}

export async function idsOf(userId: string, { totp, recoveryCodes, credentialId }: FactorIds) {
  const passkey = credentialId ? await Passkey.findOne({ attributes: ['id'], where: { userId, credentialId } }) : null
  return [...(totp ? [TOTP] : []), ...(recoveryCodes ? [RECOVERY_CODES] : []), ...(passkey ? [passkey.id] : [])]
}
