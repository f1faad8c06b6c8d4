import { OneTimeLink } from '../../models/one-time-link.ts'
import { User } from '../../models/user.ts'
import { withAnAdministratorLeft } from '../identity/administrators.ts'
import { voidInvitationsBy } from '../links/links.ts'
import type { AccountDeps } from './account-deps.ts'

/** Audit events stay until their retention ends. @throws 409 `last_administrator` */
export async function deleteAccount(deps: AccountDeps, userId: string, actorId: string): Promise<void> {
  const user = await User.findByPk(userId, { rejectOnEmpty: true })
  await withAnAdministratorLeft(deps.sequelize, async () => {
    const data = { name: user.name, at: new Date().toISOString() }
    await deps.mailer.send({ to: user.email, language: user.language, template: 'account-deleted', data })
    await OneTimeLink.destroy({ where: { userId } })
    await voidInvitationsBy(userId)
    await user.destroy()
    await deps.audit.record('user_deleted', { userId, actorId })
  })
  deps.store.forgetUser(userId)
}
