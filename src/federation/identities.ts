import { Transaction } from 'sequelize'
import { Identity } from '../../models/identity.ts'
import { User } from '../../models/user.ts'
import { endAccess } from '../accounts/access.ts'
import type { AuditEntry } from '../audit/audit.ts'
import { changeFactors, type FactorDeps } from '../factors/factor-changes.ts'
import { establish } from '../factors/planted.ts'
import type { Asking } from '../identity/lock-user.ts'
import { noticeFor } from '../links/notice.ts'
import { problems } from '../problems.ts'
import { unlessTaken } from '../unless-taken.ts'
import type { Profile } from './profile.ts'
import { demandWayIn } from './ways-in.ts'

const MOST = 20

/** The identities of a user, oldest first. */
export function identitiesOf(userId: string): Promise<Identity[]> {
  return Identity.findAll({ where: { userId }, order: [['createdAt', 'ASC']] })
}

/**
 * Links an identity to the user of a session whose owner just proved who they are (ASVS 7.5.1).
 * @param isOwners whether the browser is a device of the owner, so that the link outlives a recovery (docs/decisions/0020)
 * @throws 409 `identity_taken` where another account has it, `too_many_identities`
 */
export function linkIdentity(
  deps: FactorDeps,
  asking: Asking,
  profile: Profile,
  { isOwners }: { isOwners: boolean },
): Promise<void> {
  return changeFactors(deps, asking, async user => {
    const existing = await findIdentity(profile)
    if (existing && existing.userId !== user.id) throw problems.identityTaken()
    if (existing) return
    if ((await Identity.count({ where: { userId: user.id } })) >= MOST) throw problems.tooManyIdentities(MOST)
    await unlessTaken(addIdentity(deps, user, profile, { isOwners }), problems.identityTaken)
  })
}

/** Creates the row, records it and tells the owner by mail. Call it in a transaction that holds the user's row. */
export async function addIdentity(
  deps: Pick<FactorDeps, 'env' | 'audit' | 'mailer'>,
  user: User,
  profile: Profile,
  { isOwners }: { isOwners: boolean },
): Promise<Identity> {
  const identity = await createIdentity(user.id, profile)
  if (isOwners) await establish(user.id, { identityId: identity.id })
  await deps.audit.record('authn_identity_linked', { userId: user.id, details: { provider: profile.provider } })
  const data = { ...(await noticeFor(deps, user, [identity.id])), ...accountOf(deps, identity) }
  await deps.mailer.send({ to: user.email, language: user.language, template: 'identity-linked', data })
  return identity
}

export function createIdentity(userId: string, profile: Profile): Promise<Identity> {
  const { provider, issuer, subject, accountName } = profile
  return Identity.create({ userId, provider, issuer, subject, name: accountName, lastUsedAt: new Date() })
}

export function findIdentity({ issuer, subject }: Pick<Profile, 'issuer' | 'subject'>): Promise<Identity | null> {
  return Identity.findOne({ where: { issuer, subject } })
}

/**
 * Removes an identity of the user of a session.
 * @throws 404, 409 `last_way_in`
 */
export function unlinkIdentity(deps: FactorDeps, asking: Asking, id: string): Promise<void> {
  return changeFactors(deps, asking, async user => {
    const identity = await Identity.findOne({ where: { id, userId: user.id } })
    if (!identity) throw problems.notFound('identity', 'GET /auth/identities')
    await removeIdentity(deps, user, identity, { userId: user.id, sessionId: asking.sessionId })
    await demandWayIn(deps.env, user)
  })
}

/**
 * Removes an identity of somebody else's account, and ends what may have been reached by it.
 * @param by who did it
 * @throws 404
 */
export function unlinkIdentityOf(
  deps: Pick<FactorDeps, 'env' | 'sequelize' | 'store' | 'audit' | 'mailer'>,
  { id: userId }: User,
  id: string,
  by: AuditEntry,
): Promise<void> {
  return deps.sequelize.transaction(async () => {
    const user = await User.findByPk(userId, { lock: Transaction.LOCK.NO_KEY_UPDATE, rejectOnEmpty: true })
    const identity = await Identity.findOne({ where: { id, userId } })
    if (!identity) throw problems.notFound('identity')
    await removeIdentity(deps, user, identity, by)
    await endAccess(deps, userId, { reason: 'factor-changed' })
  })
}

async function removeIdentity(
  deps: Pick<FactorDeps, 'env' | 'audit' | 'mailer'>,
  user: User,
  identity: Identity,
  by: AuditEntry,
): Promise<void> {
  await identity.destroy()
  const details = { ...by.details, provider: identity.provider }
  await deps.audit.record('authn_identity_unlinked', { ...by, details })
  const data = { ...(await noticeFor(deps, user)), ...accountOf(deps, identity) }
  await deps.mailer.send({ to: user.email, language: user.language, template: 'identity-unlinked', data })
}

/** For mails: `Google account ada@example.org`, and its parts. */
function accountOf({ env }: Pick<FactorDeps, 'env'>, { provider, name }: Identity) {
  const label = providerLabel(env, provider)
  return { account: `${label} account ${name}`, identity: { provider: label, name } }
}

/** How people call a provider, also one that is not configured any more. */
export function providerLabel({ PROVIDERS }: Pick<FactorDeps['env'], 'PROVIDERS'>, provider: string): string {
  return PROVIDERS.find(({ name }) => name === provider)?.label ?? provider
}
