import { Transaction } from 'sequelize'
import type { Env } from '../../configs/env.ts'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { ANOTHER_ADMINISTRATOR, hasAdministrator } from '../identity/administrators.ts'
import { withRoles } from '../identity/load-roles.ts'
import { principalOf } from '../identity/principal.ts'
import type { Language } from '../languages.ts'
import { claimLink, openLink } from '../links/links.ts'
import { BREACHED, type BreachDeps, isBreached } from '../passwords/breached.ts'
import type { PasswordHasher } from '../passwords/hash.ts'
import type { PasswordJudge } from '../passwords/judge.ts'
import { normalisePassword } from '../passwords/normalise.ts'
import type { PasswordViolation } from '../passwords/policy.ts'
import { problems } from '../problems.ts'
import { isOffered } from '../sign-in/ways.ts'
import { unlessTaken } from '../unless-taken.ts'
import type { AccountDeps } from './account-deps.ts'
import { sendVerification } from './verify-email.ts'

export type NewAccount = {
  email: string
  name: string
  password?: string | undefined
  username?: string | undefined
  language?: Language | null
}
export type RegistrationDeps = Pick<
  AccountDeps,
  'env' | 'logger' | 'sequelize' | 'hasher' | 'judge' | 'mailer' | 'audit'
>

/** @throws 403 `registration_closed` or `invalid_invitation`, 409 `account_exists`, 422 */
export async function register(
  deps: RegistrationDeps,
  account: NewAccount,
  invitation: string | undefined,
): Promise<User> {
  if (deps.env.REGISTRATION === 'closed') throw problems.registrationClosed()
  if (deps.env.REGISTRATION === 'invite' && invitation === undefined) throw problems.invalidInvitation()
  const by = invitation === undefined ? 'registration' : 'invitation'
  return await createAccount(deps, account, { roleName: 'user', by }, async () => {
    if (invitation === undefined) return 'unverified'
    const link = await claimLink('invitation', invitation)
    if (!link || (link.email !== null && link.email !== account.email)) throw problems.invalidInvitation()
    if (link.invitedBy !== null && !(await mayInvite(link.invitedBy))) throw problems.invalidInvitation()
    // The secret of an invitation proves the address it was sent to.
    return link.email === null ? 'unverified' : 'verified'
  })
}

/** Still: a role may have been changed or deleted since. */
async function mayInvite(userId: string): Promise<boolean> {
  const user = await User.findByPk(userId)
  return user !== null && user.disabledAt === null && principalOf(await withRoles(user)).permissions.has('users:write')
}

/** Other users may exist already. @throws 403 `invalid_setup_link`, 409 `already_set_up` */
export function setUp(deps: RegistrationDeps, account: NewAccount, token: string): Promise<User> {
  return createAccount(deps, account, { roleName: 'admin', by: 'set-up link' }, async () => {
    // Links used at once take turns; PostgreSQL would show neither the other's administrator.
    await Role.findOne({ where: { name: 'admin' }, lock: Transaction.LOCK.NO_KEY_UPDATE })
    if (await hasAdministrator()) throw problems.alreadySetUp(ANOTHER_ADMINISTRATOR)
    if (!(await claimLink('setup', token))) throw problems.invalidSetupLink()
    return 'unverified'
  })
}

/** Does not use up the link. @throws 403 `invalid_setup_link`, 409 `already_set_up` */
export async function checkSetupLink(token: string): Promise<void> {
  if (await hasAdministrator()) throw problems.alreadySetUp(ANOTHER_ADMINISTRATOR)
  if (!(await openLink('setup', token))) throw problems.invalidSetupLink()
}

/** @param allowed tells whether the address is verified; throws to refuse the account */
async function createAccount(
  deps: RegistrationDeps,
  account: NewAccount,
  { roleName, by }: { roleName: string; by: string },
  allowed: () => Promise<'verified' | 'unverified'>,
): Promise<User> {
  const passwordHash = await hashOfNewPassword(deps, account)
  const { email, name, username = null, language = null } = account
  const { id } = await deps.sequelize.transaction(async () => {
    const address = await allowed()
    const emailVerifiedAt = address === 'verified' ? new Date() : null
    const creation = User.create({ email, name, username, passwordHash, emailVerifiedAt, language })
    const user = await unlessTaken(creation, problems.accountExists)
    const role = await Role.findOne({ where: { name: roleName }, rejectOnEmpty: true })
    await user.addRole(role)
    if (address === 'unverified') await sendVerification(deps, user)
    await deps.audit.record('user_created', { userId: user.id, details: { roles: [roleName], by } })
    return user
  })
  return withRoles(await User.findByPk(id, { rejectOnEmpty: true }))
}

type NewPasswordDeps = PasswordDeps & { env: Pick<Env, 'SIGN_IN_WITH'>; hasher: PasswordHasher }

/** @returns null if nobody signs in by password. @throws 422 */
export async function hashOfNewPassword(deps: NewPasswordDeps, { password, ...person }: NewAccount) {
  const isNeeded = isOffered(deps.env, 'password')
  if (isNeeded !== (password !== undefined)) throw problems.invalid([isNeeded ? NO_PASSWORD : UNUSED_PASSWORD])
  if (password === undefined) return null
  await demandGoodPassword(deps, password, person)
  return deps.hasher.hash(password)
}

const NO_PASSWORD = { pointer: '#/password', detail: 'Choose a password.', code: 'missing' }
const UNUSED_PASSWORD = {
  pointer: '#/password',
  detail: 'Leave the password out: nobody signs in with one here.',
  code: 'not_used',
}

export type PasswordDeps = BreachDeps & { env: Pick<Env, 'SITE_NAME'>; judge: PasswordJudge }

/** Asks the breach service last. @throws 422 with one entry per broken rule */
export async function demandGoodPassword(
  { env, logger, judge }: PasswordDeps,
  password: string,
  person: { email?: string | undefined; name: string; username?: string | undefined },
  pointer = '#/password',
): Promise<void> {
  const { violations } = await judge.judge(password, { ...person, siteName: env.SITE_NAME })
  if (violations.length > 0) throw refusedPassword(violations, pointer)
  if (await isBreached({ env, logger }, normalisePassword(password))) throw refusedPassword([BREACHED], pointer)
}

function refusedPassword(violations: PasswordViolation[], pointer: string) {
  return problems.invalid(violations.map(({ code, message }) => ({ pointer, detail: message, code })))
}
