import { Passkey } from '../../models/passkey.ts'
import { RecoveryCode } from '../../models/recovery-code.ts'
import { TotpSecret } from '../../models/totp-secret.ts'
import type { User } from '../../models/user.ts'
import { endAccess } from '../accounts/access.ts'
import type { AccountDeps } from '../accounts/account-deps.ts'
import type { AuditEntry } from '../audit/audit.ts'
import { noticeFor } from '../links/notice.ts'

/** Call it after an operator verified the user's identity (ASVS 6.4.4). */
export function removeFactors(
  deps: Pick<AccountDeps, 'env' | 'sequelize' | 'store' | 'mailer' | 'audit'>,
  user: User,
  by: AuditEntry,
): Promise<number> {
  return deps.sequelize.transaction(async () => {
    const where = { userId: user.id }
    const removed = (await TotpSecret.destroy({ where })) + (await Passkey.destroy({ where }))
    await RecoveryCode.destroy({ where })
    await user.update({ reviewSince: null })
    await endAccess(deps, user.id, { reason: 'factor-changed' })
    const data = { ...(await noticeFor(deps, user)), factor: 'every second factor' }
    await deps.mailer.send({ to: user.email, template: 'factor-removed', data })
    await deps.audit.record('authn_factor_removed', by)
    return removed
  })
}
