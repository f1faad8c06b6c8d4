import { Op, type Sequelize } from 'sequelize'
import { withinTransaction } from '../../configs/database/transactions.ts'
import { ApiToken } from '../../models/api-token.ts'
import { ApplicationCode } from '../../models/application-code.ts'
import { Challenge } from '../../models/challenge.ts'
import { Device } from '../../models/device.ts'
import { EmailSignIn } from '../../models/email-sign-in.ts'
import { OidcArtifact } from '../../models/oidc-artifact.ts'
import { PendingIdentity } from '../../models/pending-identity.ts'
import { ProviderRequest } from '../../models/provider-request.ts'
import { endSessions } from '../../models/session.ts'
import { voidEveryLink } from '../links/links.ts'

/**
 * Ends what would grant access without a password or factor: in a backup it is alive again even if its owner ended
 * it since (docs/decisions/0037). Access tokens, and grants of applications, end with their session.
 */
export function endRevivedAccess(sequelize: Sequelize): Promise<{ sessions: number; tokens: number; links: number }> {
  return withinTransaction(sequelize, async () => {
    const sessions = await endSessions({}, 'restored')
    const tokens = await ApiToken.destroy({ where: {} })
    const links = await voidEveryLink()
    await Device.update({ trustedUntil: null }, { where: { trustedUntil: { [Op.ne]: null } } })
    for (const once of [ApplicationCode, Challenge, EmailSignIn, OidcArtifact, PendingIdentity, ProviderRequest])
      await (once as typeof Challenge).destroy({ where: {} })
    return { sessions, tokens, links }
  })
}
