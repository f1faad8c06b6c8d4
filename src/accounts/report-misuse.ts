import { User } from '../../models/user.ts'
import { endAccess } from './access.ts'
import type { AccountDeps } from './account-deps.ts'
import { claimLink, invalidLink } from './links.ts'
import { sendReset } from './reset-password.ts'

/**
 * "This wasn't me", from the link of a notice and signed out: ends every session, takes the password away, which somebody else may
 * know, and sends a reset link (NIST SP 800-63B-4, 3.1.1.2 and 4.6).
 * @throws 403 `invalid_link`
 */
export const reportMisuse = (deps: AccountDeps, token: string): Promise<void> =>
  deps.sequelize.transaction(async transaction => {
    const link = await claimLink('not-me', token, transaction)
    const user = link?.userId ? await User.findByPk(link.userId, { transaction }) : null
    if (!user) throw invalidLink()
    await user.update({ passwordHash: null }, { transaction })
    await endAccess(deps, user.id, { reason: 'reported' }, transaction)
    await sendReset(deps, user, transaction)
    await deps.audit.record('user_reported_misuse', { userId: user.id }, transaction)
  })
