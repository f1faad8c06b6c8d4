import type { Sequelize, Transaction } from 'sequelize'
import type { Env } from '../../configs/env.ts'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { HttpProblem, invalid } from '../http/problem.ts'
import { type BreachDeps, isBreached } from '../passwords/breached.ts'
import type { PasswordHasher } from '../passwords/hash.ts'
import { BREACHED, checkPassword, normalisePassword, type PasswordViolation } from '../passwords/policy.ts'
import { claimLink } from './links.ts'

export type NewAccount = { email: string; name: string; password: string; username?: string | undefined }
export type RegistrationDeps = PasswordDeps & {
  env: Pick<Env, 'REGISTRATION'>
  sequelize: Sequelize
  hasher: PasswordHasher
}

/**
 * Makes an account for somebody who asks for one.
 * @param invitation the secret of an invitation link; needed where REGISTRATION is `invite`
 * @throws 403 `registration_closed` or `invalid_invitation`, 409 `account_exists`, 422 for a password against the rules
 */
export const register = async (
  deps: RegistrationDeps,
  account: NewAccount,
  invitation: string | undefined,
): Promise<User> => {
  if (deps.env.REGISTRATION === 'closed') throw registrationClosed()
  if (deps.env.REGISTRATION === 'invite' && invitation === undefined) throw invitationNeeded()
  return await createAccount(deps, account, 'user', async transaction => {
    if (invitation === undefined) return
    const link = await claimLink('invitation', invitation, transaction)
    if (!link || (link.email !== null && link.email !== account.email)) throw invitationNeeded()
  })
}

/**
 * Makes the first administrator, while there is no user at all.
 * @throws 403 `invalid_setup_link`
 */
export const setUp = (deps: RegistrationDeps, account: NewAccount, token: string): Promise<User> =>
  createAccount(deps, account, 'admin', async transaction => {
    const link = await claimLink('setup', token, transaction)
    if (!link || (await User.count({ transaction })) > 0) throw invalidSetupLink()
  })

/**
 * Makes an account with one role, all or nothing.
 * @param allowed throws inside the transaction where the account may not be made
 */
const createAccount = async (
  deps: RegistrationDeps,
  { email, name, password, username = undefined }: NewAccount,
  roleName: string,
  allowed: (transaction: Transaction) => Promise<void> = async () => {},
): Promise<User> => {
  await demandGoodPassword(deps, password, { email, name, username })
  const passwordHash = await deps.hasher.hash(password)
  const { id } = await deps.sequelize.transaction(async transaction => {
    await allowed(transaction)
    const user = await User.create({ email, name, username: username ?? null, passwordHash }, { transaction })
    const role = await Role.findOne({ where: { name: roleName }, transaction, rejectOnEmpty: true })
    await user.addRole(role, { transaction })
    return user
  })
  return User.findByPk(id, { include: 'roles', rejectOnEmpty: true })
}

export type PasswordDeps = BreachDeps & { env: Pick<Env, 'SITE_NAME'> }

/**
 * Everything that speaks against a password for this person; the service of breached passwords, if any, is asked last.
 * @throws 422 with one entry per broken rule
 */
export const demandGoodPassword = async (
  { env, logger }: PasswordDeps,
  password: string,
  person: { email: string; name: string; username?: string | undefined },
): Promise<void> => {
  const violations = checkPassword(password, { ...person, siteName: env.SITE_NAME, secondFactor: 'none' })
  if (violations.length > 0) throw refusedPassword(violations)
  if (await isBreached({ env, logger }, normalisePassword(password))) throw refusedPassword([BREACHED])
}

const refusedPassword = (violations: PasswordViolation[]) =>
  invalid(violations.map(({ code, message }) => ({ pointer: '#/password', detail: message, code })))

const registrationClosed = () =>
  new HttpProblem(
    403,
    'registration_closed',
    'This server takes no registrations. Ask an administrator for an account.',
    { error: 'Registration is closed' },
  )

const invitationNeeded = () =>
  new HttpProblem(
    403,
    'invalid_invitation',
    'Registration needs an invitation that is unused, in time and made for this e-mail address. Ask an administrator for one.',
    {
      error: 'Invitation required',
    },
  )

const invalidSetupLink = () =>
  new HttpProblem(
    403,
    'invalid_setup_link',
    'This set-up link is used, too old or replaced by a newer one, or there is a user already. `npm run latchkey -- setup-link` makes a new one while there is none.',
    {
      error: 'Set-up link no longer valid',
    },
  )
