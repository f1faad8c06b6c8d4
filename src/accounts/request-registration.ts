import { randomUUID } from 'node:crypto'
import { Transaction, UniqueConstraintError } from 'sequelize'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import type { AccountDeps } from './account-deps.ts'
import { demandGoodPassword, type NewAccount } from './register.ts'
import { sendVerification } from './verify-email.ts'

type Pending = Pick<User, 'email' | 'name' | 'passwordHash' | 'pendingRegistration' | 'wantedUsername'>

/**
 * Registers without showing whether the address has an account (ASVS 6.3.8): a mail tells its owner, some seconds later. The account
 * cannot be signed in to before the address is confirmed, because a sign-in would show it as well.
 * @returns the id of the registration, for the browser that made it; it exists whether or not an account is created
 * @throws 422 for a password against the rules
 */
export async function requestRegistration(deps: AccountDeps, account: NewAccount): Promise<string> {
  const { email, name, password, username: wantedUsername = null } = account
  await demandGoodPassword(deps, password, account)
  const passwordHash = await deps.hasher.hash(password)
  const pendingRegistration = randomUUID()
  const pending = { email, name, passwordHash, pendingRegistration, wantedUsername }
  deps.delayed.add('a registration', () => registerOrTell(deps, pending))
  return pendingRegistration
}

async function registerOrTell(deps: AccountDeps, pending: Pending): Promise<void> {
  try {
    await deps.sequelize.transaction(async () => {
      const lock = Transaction.LOCK.NO_KEY_UPDATE
      const user = await User.findOne({ where: { email: pending.email }, lock })
      if (!user) await createPending(deps, pending)
      else if (user.disabledAt !== null) return
      else if (user.pendingRegistration !== null) await replacePending(deps, user, pending)
      else await tellOwner(deps, user)
    })
  } catch (error) {
    // Another registration of the same address came first and sent its mail.
    if (!(error instanceof UniqueConstraintError)) throw error
  }
}

async function createPending(deps: AccountDeps, pending: Pending) {
  const user = await User.create({ ...pending, username: null })
  const role = await Role.findOne({ where: { name: 'user' }, rejectOnEmpty: true })
  await user.addRole(role)
  await sendVerification(deps, user)
  const details = { roles: ['user'], by: 'registration' }
  await deps.audit.record('user_created', { userId: user.id, details })
}

/** The newest registration counts. A browser that made an earlier one is then not the registrant's. */
async function replacePending(deps: AccountDeps, user: User, pending: Pending) {
  await user.update(pending)
  await sendVerification(deps, user)
}

async function tellOwner({ env, mailer }: AccountDeps, { email, name }: User) {
  const link = new URL('/sign-in', env.BASE_URL).href
  await mailer.send({ to: email, template: 'already-registered', data: { name, link } })
}
