import { Op, type Sequelize, Transaction } from 'sequelize'
import { OneTimeLink } from '../../models/one-time-link.ts'
import { User } from '../../models/user.ts'
import type { AccountDeps } from '../accounts/account-deps.ts'
import { days } from '../durations.ts'
import { beyond, type Page, type PageWish, pageOfRows, positionOf, TIME_VALUE } from '../keyset.ts'
import { issueLink, lifetimeOf, takeTurns } from '../links/links.ts'
import { problems } from '../problems.ts'
import type { Actor } from './authority.ts'

type InvitationDeps = Pick<AccountDeps, 'env' | 'sequelize' | 'mailer' | 'audit'>

const open = () => ({ purpose: 'invitation' as const, usedAt: null, expires: { [Op.gt]: new Date() } })

/** Newest first: all are valid for the same time. @throws 422 for an invalid cursor */
export async function listInvitations(sequelize: Sequelize, { limit, cursor }: PageWish): Promise<Page<OneTimeLink>> {
  const after = positionOf(cursor, TIME_VALUE)
  const rows = await OneTimeLink.findAll({
    where: {
      ...open(),
      ...(after && { [Op.and]: beyond(sequelize, ['expires', 'id'], 'DESC', [new Date(after.value), after.id]) }),
    },
    order: [
      ['expires', 'DESC'],
      ['id', 'DESC'],
    ],
    limit: limit + 1,
  })
  return pageOfRows(rows, limit, ({ expires, id }) => ({ value: expires.toISOString(), id }))
}

/** @throws 403 `registration_closed`, 409 `account_exists` (ASVS 6.4.6) */
export async function inviteUser(deps: InvitationDeps, actor: Actor, email: string): Promise<void> {
  await demandInvitable(deps, email)
  await deps.sequelize.transaction(() => invite(deps, actor, email))
}

/**
 * Sends a new link, and the earlier one dies. Who resends it becomes the inviter, so that it ends with their access.
 * @throws 404, 403 `registration_closed`, 409 `account_exists`, 409 `conflict` without an address
 */
export function resendInvitation(deps: InvitationDeps, actor: Actor, id: string): Promise<OneTimeLink> {
  return deps.sequelize.transaction(async () => {
    // Before the row, as when inviting, or the two would wait for one another.
    await takeTurns()
    const { email } = await openInvitation(id)
    if (email === null) throw problems.noEmailToInvite()
    await demandInvitable(deps, email)
    return invite(deps, actor, email)
  })
}

/** @throws 404 */
export async function withdrawInvitation(deps: InvitationDeps, actor: Actor, id: string): Promise<void> {
  await deps.sequelize.transaction(async () => {
    const invitation = await openInvitation(id)
    await invitation.destroy()
    await deps.audit.record('user_invitation_withdrawn', { actorId: actor.id, details: { invitation: id } })
  })
}

async function openInvitation(id: string): Promise<OneTimeLink> {
  // Waits for somebody who accepts it at the same time.
  const invitation = await OneTimeLink.findOne({ where: { id, ...open() }, lock: Transaction.LOCK.UPDATE })
  if (!invitation) throw problems.notFound('invitation', 'GET /api/v1/invitations')
  return invitation
}

async function demandInvitable({ env }: InvitationDeps, email: string) {
  if (env.REGISTRATION === 'closed') throw problems.invitationsClosed()
  if ((await User.count({ where: { email } })) > 0) throw problems.accountExists()
}

async function invite({ env, mailer, audit }: InvitationDeps, actor: Actor, email: string): Promise<OneTimeLink> {
  const { row, link } = await issueLink(env.BASE_URL, 'invitation', { email, invitedBy: actor.id })
  const data = { link, days: lifetimeOf('invitation') / days(1) }
  await mailer.send({ to: email, language: actor.language, template: 'invitation', data })
  await audit.record('user_invited', { actorId: actor.id, details: { invitation: row.id } })
  return row
}
