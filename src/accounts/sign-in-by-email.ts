import { Transaction } from 'sequelize'
import type { Limiters } from '../../configs/limiter.ts'
import type { EmailSignIn } from '../../models/email-sign-in.ts'
import { User } from '../../models/user.ts'
import type { DeviceClient } from '../devices/devices.ts'
import { withRoles } from '../identity/load-roles.ts'
import { type Verified, verifiedOf } from '../identity/principal.ts'
import { problems } from '../problems.ts'
import { claimEmailSignIn, type EmailRequest, openByCode, openByLink, startEmailSignIn } from '../sign-in/email.ts'
import type { AccountDeps } from './account-deps.ts'
import { takeBack } from './take-back.ts'
import { confirmAddress } from './verify-email.ts'

/** Looks up the address later, so that response times reveal no account (ASVS 6.3.8). */
export function requestEmailSignIn(deps: AccountDeps, request: EmailRequest): void {
  deps.delayed.add('the email to sign in with', () =>
    deps.sequelize.transaction(async () => {
      const lock = Transaction.LOCK.NO_KEY_UPDATE
      const user = await User.findOne({ where: { email: request.email }, lock })
      await startEmailSignIn(deps, request, user?.disabledAt === null ? user : null)
    }),
  )
}

type Browser = {
  client: DeviceClient
  /** Hash of the cookie of the browser that asked for the email. */
  boundTo: string
  isRegistrants: (user: User) => boolean
}

type ByEmail = { verified: Verified; remember: boolean }

/** @throws 422 `invalid_code`, 429 */
export async function verifiedByCode(
  deps: AccountDeps & { limiters: Limiters },
  browser: Browser,
  code: string,
): Promise<ByEmail> {
  const waiting = await openByCode(deps, browser.client, browser.boundTo, code)
  const result = await proveMailbox(deps, waiting, browser)
  if (!result) throw problems.wrongEmailCode()
  return result
}

/** @throws 403 `invalid_link`, `other_browser` */
export async function verifiedByLink(deps: AccountDeps, browser: Browser, token: string): Promise<ByEmail> {
  const result = await proveMailbox(deps, await openByLink(browser.boundTo, token), browser)
  if (!result) throw problems.invalidLink()
  return result
}

/** Takes back an unverified account unless this browser registered it (docs/decisions/0020). */
function proveMailbox(
  deps: AccountDeps,
  waiting: EmailSignIn,
  { isRegistrants }: Browser,
): Promise<ByEmail | undefined> {
  return deps.sequelize.transaction(async () => {
    const { userId, email, securityVersion, remember } = waiting
    // The lock on the user comes first, as in all code that ends access.
    const lock = Transaction.LOCK.NO_KEY_UPDATE
    const user = userId
      ? await User.findOne({ where: { id: userId, email, securityVersion, disabledAt: null }, lock })
      : null
    if (!(await claimEmailSignIn(waiting)) || !user) return undefined
    if (user.emailVerifiedAt === null) await verifyAddress(deps, user, email, isRegistrants(user))
    const account = await withRoles(user)
    return { verified: verifiedOf(account), remember }
  })
}

async function verifyAddress(deps: AccountDeps, user: User, email: string, isRegistrants: boolean) {
  if (isRegistrants) await confirmAddress(user)
  else await takeBack(deps, user, { reason: 'password-changed', passwordHash: null, provenEmail: email })
  await deps.audit.record('user_email_verified', { userId: user.id })
  deps.store.forgetUser(user.id)
}
