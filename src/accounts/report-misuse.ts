import { Op } from 'sequelize'
import { OneTimeLink } from '../../models/one-time-link.ts'
import { claimLinkOfUser } from '../links/links.ts'
import { problems } from '../problems.ts'
import type { AccountDeps } from './account-deps.ts'
import { giveBack } from './change-email.ts'
import { sendReset } from './reset-password.ts'
import { takeBack } from './take-back.ts'

/** Takes back the account (NIST SP 800-63B-4, 3.1.1.2 and 4.6). @throws 403 `invalid_link` */
export function reportMisuse(deps: AccountDeps, token: string): Promise<void> {
  return deps.sequelize.transaction(async () => {
    const { link, user } = await claimLinkOfUser('not-me', token)
    const disowned = link.factors ?? []
    const email = link.email ?? user.email
    if (email === null) throw problems.invalidLink()
    if (email === user.email) {
      await takeBack(deps, user, { reason: 'reported', passwordHash: null, provenEmail: email, disowned })
      await sendReset(deps, user)
    } else {
      const undo = await OneTimeLink.findOne({
        where: { purpose: 'undo-email-change', userId: user.id, email, usedAt: null, expires: { [Op.gt]: new Date() } },
      })
      if (!undo) throw problems.invalidLink()
      await giveBack(deps, user, undo, disowned)
    }
    await deps.audit.record('user_reported_misuse', { userId: user.id })
  })
}
