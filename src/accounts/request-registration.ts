import { randomUUID } from 'node:crypto'
import { Transaction, UniqueConstraintError } from 'sequelize'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import type { Language } from '../languages.ts'
import { type EmailRequest, startEmailSignIn } from '../sign-in/email.ts'
import { isOffered } from '../sign-in/ways.ts'
import type { AccountDeps } from './account-deps.ts'
import { hashOfNewPassword, type NewAccount } from './register.ts'
import { sendVerification } from './verify-email.ts'

type Pending = { email: string } & Pick<
  User,
  'name' | 'passwordHash' | 'pendingRegistration' | 'wantedUsername' | 'language'
>

type Browser = Pick<EmailRequest, 'boundTo' | 'userAgent' | 'language'>

/**
 * Only the mail tells whether the address has an account (ASVS 6.3.8).
 * @returns an id even if no account is created. @throws 422
 */
export async function requestRegistration(deps: AccountDeps, account: NewAccount, browser: Browser): Promise<string> {
  const passwordHash = await hashOfNewPassword(deps, account)
  const { email, name, username: wantedUsername = null } = account
  const pendingRegistration = randomUUID()
  const { language } = browser
  const pending = { email, name, passwordHash, pendingRegistration, wantedUsername, language }
  deps.delayed.add('a registration', () => registerOrTell(deps, pending, browser))
  return pendingRegistration
}

async function registerOrTell(deps: AccountDeps, pending: Pending, browser: Browser): Promise<void> {
  try {
    await deps.sequelize.transaction(async () => {
      const lock = Transaction.LOCK.NO_KEY_UPDATE
      const user = await User.findOne({ where: { email: pending.email }, lock })
      const isPending = user?.pendingRegistration !== null
      const account = isPending && !user?.disabledAt ? await savePending(deps, user, pending) : user
      await tell(deps, account?.disabledAt ? null : account, { ...browser, email: pending.email, isPending })
    })
  } catch (error) {
    // Another registration of this address came first and sent its mail.
    if (!(error instanceof UniqueConstraintError)) throw error
  }
}

async function tell(
  deps: AccountDeps,
  account: User | null,
  { isPending, ...request }: Browser & { email: string; isPending: boolean },
) {
  if (!isOffered(deps.env, 'password')) return startEmailSignIn(deps, { ...request, remember: false }, account)
  if (account) await (isPending ? sendVerification(deps, account) : tellOwner(deps, account, request.language))
}

/** The newest registration counts; browsers of earlier ones lose their claim. */
async function savePending(deps: AccountDeps, earlier: User | null, pending: Pending): Promise<User> {
  if (earlier) return earlier.update(pending)
  const user = await User.create({ ...pending, username: null })
  const role = await Role.findOne({ where: { name: 'user' }, rejectOnEmpty: true })
  await user.addRole(role)
  const details = { roles: ['user'], by: 'registration' }
  await deps.audit.record('user_created', { userId: user.id, details })
  return user
}

async function tellOwner({ env, mailer }: AccountDeps, user: User, language: Language | null) {
  const link = new URL('/sign-in', env.BASE_URL).href
  await mailer.send({
    to: user.email,
    language: user.language ?? language,
    template: 'already-registered',
    data: { name: user.name, link },
  })
}
