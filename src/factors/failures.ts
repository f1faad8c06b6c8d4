import type { Sequelize } from 'sequelize'
import { literal, Op } from 'sequelize'
import type { Env } from '../../configs/env.ts'
import type { AuditEvent } from '../../models/audit-event.ts'
import { type Authenticator, AuthenticatorFailures } from '../../models/authenticator-failures.ts'
import type { User } from '../../models/user.ts'
import type { Audit } from '../audit/audit.ts'
import { hours, seconds } from '../durations.ts'
import { noticeFor } from '../links/notice.ts'
import type { Mailer } from '../mail/mailer.ts'

/** From this consecutive failure on, the next try must wait (NIST SP 800-63B-4 3.2.2). */
export const FIRST_WAIT_AT = 5
/** From this many failures on, a right secret is reported to the owner (ASVS 6.3.5). A person who mistypes seldom gets here. */
const TOLD_FROM = FIRST_WAIT_AT
/** Doubles with each further failure, to the longest. */
export const SHORTEST_WAIT = seconds(30)
export const LONGEST_WAIT = hours(1)
/** Consecutive failures that disable the authenticator until it is replaced (NIST SP 800-63B-4 3.2.2). */
export const MOST_FAILURES = 100

export type Failures = ReturnType<typeof createFailures>

/** Why somebody was refused, for the audit log; no answer tells it. */
export type RefusalReason =
  | 'wrong'
  | 'stopped'
  | 'disabled-account'
  | 'unconfirmed-account'
  | 'no-password'
  | 'unknown-account'

type Person = Pick<User, 'id' | 'email' | 'name'>
type FailureDeps = { env: Pick<Env, 'BASE_URL'>; sequelize: Sequelize; audit: Audit; mailer: Mailer }

const EVENT: Record<Authenticator, AuditEvent> = {
  password: 'authn_login_fail',
  'password:known': 'authn_login_fail',
  totp: 'authn_second_factor_fail',
}

/** Placeholder id, so that an unknown account runs the same queries. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/**
 * Counts consecutive failures of an authenticator, for each user, in the database: exactly, whatever runs in parallel, in any number
 * of processes, across restarts (NIST SP 800-63B-4 3.2.2, ASVS 6.3.1). What is decided is decided after the secret was checked: while
 * an authenticator waits or is disabled the right secret is refused like a wrong one, and neither counts, because neither was a guess.
 */
export function createFailures({ env, sequelize, audit, mailer }: FailureDeps) {
  /**
   * For a secret that was right; for a code, which its check uses up, after `isWaiting`. Restarts the count, and tells the owner by mail if many were wrong before (ASVS 6.3.5).
   * @returns whether it is accepted; not while the authenticator waits or is disabled
   */
  async function accept(user: Person, authenticator: Authenticator): Promise<boolean> {
    const row = await AuthenticatorFailures.findOne({ where: { userId: user.id, authenticator } })
    if (row && isStopped(row)) return false
    if (row) await restart(user, row)
    return true
  }

  const restart = ({ id, email, name }: Person, { authenticator, failures }: AuthenticatorFailures) =>
    sequelize.transaction(async () => {
      const where = { userId: id, authenticator, ...open() }
      const restarted = await AuthenticatorFailures.destroy({ where })
      if (restarted === 0 || failures < TOLD_FROM) return
      const notice = await noticeFor({ env }, { id, email, name })
      const data = { ...notice, failures, ...(authenticator === 'totp' && { by: 'second factor' as const }) }
      await mailer.send({ to: email, template: 'right-after-failures', data })
    })

  /** For a secret that its check uses up: call it before the check. */
  async function isWaiting(userId: string, authenticator: Authenticator): Promise<boolean> {
    const row = await AuthenticatorFailures.findOne({ where: { userId, authenticator } })
    return row !== null && isStopped(row)
  }

  /** For a secret that was wrong or may not count: counts it where it is a guess, and records it. @param user undefined where unknown */
  const refuse = (user: Person | undefined, authenticator: Authenticator, reason: RefusalReason): Promise<void> =>
    sequelize.transaction(async () => {
      const failures = await count(reason === 'wrong' ? user?.id : undefined, authenticator)
      const details = { authenticator, reason: reason === 'wrong' && failures === undefined ? 'stopped' : reason }
      await audit.record(EVENT[authenticator], { userId: user?.id ?? null, details })
      if (user && failures === MOST_FAILURES) await tellStopped(user, authenticator)
    })

  async function tellStopped(user: Person, authenticator: Authenticator) {
    await audit.record('authn_login_lock', { userId: user.id, details: { authenticator } })
    const data = {
      ...(await noticeFor({ env }, user)),
      ...(authenticator === 'totp' && { by: 'second factor' as const }),
    }
    await mailer.send({ to: user.email, template: 'sign-in-stopped', data })
  }

  return { accept, isWaiting, refuse }
}

/** Lets the password of a user work again; codes keep their count until their factor is replaced (NIST SP 800-63B-4 3.2.2). */
export function enablePassword(userId: string): Promise<void> {
  return enable(userId, ['password', 'password:known'])
}

/** Lets the codes of a user work again: for a factor that was replaced or removed. */
export function enableCodes(userId: string): Promise<void> {
  return enable(userId, ['totp'])
}

/** Lets every authenticator of a user work again; for operators. */
export function enableAuthenticators(userId: string): Promise<void> {
  return enable(userId, ['password', 'password:known', 'totp'])
}

async function enable(userId: string, authenticator: Authenticator[]): Promise<void> {
  await AuthenticatorFailures.destroy({ where: { userId, authenticator } })
}

/** How long to wait after so many consecutive failures, in ms; 0 is not at all. */
export function waitAfter(failures: number): number {
  return failures < FIRST_WAIT_AT ? 0 : Math.min(SHORTEST_WAIT * 2 ** (failures - FIRST_WAIT_AT), LONGEST_WAIT)
}

/** One UPDATE decides; its lock holds until the wait is set. @returns the count, or undefined where the authenticator waits or is disabled */
async function count(userId: string | undefined, authenticator: Authenticator) {
  const where = { userId: userId ?? NOBODY, authenticator }
  if (userId) {
    const none = { userId, authenticator, failures: 0, waitUntil: null }
    await AuthenticatorFailures.bulkCreate([none], { ignoreDuplicates: true })
  }
  const increment = { failures: literal('"failures" + 1') as never }
  const [counted] = await AuthenticatorFailures.update(increment, { where: { ...where, ...open() } })
  const row = await AuthenticatorFailures.findOne({ where })
  if (counted === 0 || !row) return undefined
  const wait = waitAfter(row.failures)
  if (wait > 0) await row.update({ waitUntil: new Date(Date.now() + wait) })
  return row.failures
}

function isStopped({ failures, waitUntil }: AuthenticatorFailures) {
  return failures >= MOST_FAILURES || (waitUntil !== null && waitUntil > new Date())
}

/** The same in a condition: neither waiting nor disabled. */
function open() {
  return {
    failures: { [Op.lt]: MOST_FAILURES },
    waitUntil: { [Op.or]: [{ [Op.is]: null }, { [Op.lte]: new Date() }] },
  }
}
