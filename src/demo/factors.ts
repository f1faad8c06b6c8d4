import { randomBytes } from 'node:crypto'
import type { Env } from '../../configs/env.ts'
import { Passkey } from '../../models/passkey.ts'
import { TotpSecret } from '../../models/totp-secret.ts'
import type { Audit } from '../audit/audit.ts'
import type { Sealer } from '../encryption/sealer.ts'
import { replaceRecoveryCodes } from '../factors/recovery-codes.ts'
import { beginTotp } from '../factors/totp.ts'
import type { Factor } from '../sessions/facts.ts'
import type { Member } from './add-user.ts'
import { ADMINISTRATOR, MEMBER, SUPPORTER } from './people.ts'

/** A password is enough to sign in with these. */
const WITHOUT = [ADMINISTRATOR, SUPPORTER, MEMBER]

type FactorDeps = { env: Env; sealer: Sealer; audit: Audit }

/**
 * Every third user has an authenticator app and recovery codes, every fourth a passkey.
 * @returns what they sign in with from then on
 */
export async function addFactors(deps: FactorDeps, member: Member, index: number, at: Date): Promise<Factor[]> {
  if (WITHOUT.includes(member.email ?? '')) return ['password']
  const [hasApp, hasPasskey] = [index % 3 === 0, index % 4 === 0]
  if (hasApp) await addApp(deps, member, at)
  if (hasPasskey) await addPasskey(deps, member, at)
  if (hasPasskey) return ['passkey']
  return hasApp ? ['password', 'totp'] : ['password']
}

async function addApp({ env, sealer, audit }: FactorDeps, member: Member, at: Date) {
  await beginTotp({ env, sealer }, member, 'demo')
  await TotpSecret.update(
    { confirmedAt: at, establishedAt: at, boundTo: null, expires: null },
    { where: { userId: member.id } },
  )
  await replaceRecoveryCodes(member.id)
  await audit.record('authn_factor_added', { userId: member.id, details: { factor: 'totp' } })
  await audit.record('authn_recovery_codes_issued', { userId: member.id })
}

/** Its private key is nowhere. */
async function addPasskey({ audit }: FactorDeps, { id: userId }: Member, at: Date) {
  const key = { credentialId: randomBytes(16).toString('base64url'), publicKey: randomBytes(77).toString('base64url') }
  const use = { transports: ['internal'], backedUp: true, createdAt: at, lastUsedAt: at, establishedAt: at }
  await Passkey.create({ userId, name: 'Phone', ...key, ...use })
  await audit.record('authn_factor_added', { userId, details: { factor: 'passkey' } })
}
