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

/** From this failure in a row on, the next attempt waits (NIST SP 800-63B-4 3.2.2). */
export const FIRST_WAIT_AT = 5
/** The owner is told when a success follows this many failures (ASVS 6.3.5). */
const TOLD_FROM = FIRST_WAIT_AT
export const SHORTEST_WAIT = seconds(30)
export const LONGEST_WAIT = hours(1)
/** Failures in a row that disable the authenticator (NIST SP 800-63B-4 3.2.2). */
export const MOST_FAILURES = 100

export type Failures = ReturnType<typeof createFailures>

export type RefusalReason =
  | 'wrong'
  | 'stopped'
  | 'disabled-account'
  | 'unconfirmed-account'
  | 'no-password'
  | 'unknown-account'

type Person = Pick<User, 'id' | 'email' | 'name' | 'language'>
type FailureDeps = { env: Pick<Env, 'BASE_URL'>; sequelize: Sequelize; audit: Audit; mailer: Mailer }

const EVENT: Record<Authenticator, AuditEvent> = {
  password: 'authn_login_fail',
  'password:known': 'authn_login_fail',
  totp: 'authn_second_factor_fail',
}

/** Placeholder id, so that an unknown account runs the same queries. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Counts failures in a row in the database (NIST SP 800-63B-4 3.2.2, ASVS 6.3.1). */
export function createFailures({ env, sequelize, audit, mailer }: FailureDeps) {
  /** Reports earlier failures (ASVS 6.3.5). @returns false while it waits or is disabled */
  async function accept(user: Person, authenticator: Authenticator): Promise<boolean> {
    const row = await AuthenticatorFailures.findOne({ where: { userId: user.id, authenticator } })
    if (row && isStopped(row)) return false
    if (row) await restart(user, row)
    return true
  }

  const restart = (user: Person, { authenticator, failures }: AuthenticatorFailures) =>
    sequelize.transaction(async () => {
      const where = { userId: user.id, authenticator, ...open() }
      const restarted = await AuthenticatorFailures.destroy({ where })
      if (restarted === 0 || failures < TOLD_FROM) return
      const notice = await noticeFor({ env }, user)
      const data = { ...notice, failures, ...(authenticator === 'totp' && { by: 'second factor' as const }) }
      await mailer.send({ to: user.email, language: user.language, template: 'right-after-failures', data })
    })

  /** Call before checking a single-use code. */
  async function isWaiting(userId: string, authenticator: Authenticator): Promise<boolean> {
    const row = await AuthenticatorFailures.findOne({ where: { userId, authenticator } })
    return row !== null && isStopped(row)
  }

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
    await mailer.send({ to: user.email, language: user.language, template: 'sign-in-stopped', data })
  }

  return { accept, isWaiting, refuse }
}

/** Codes keep their count until their factor is replaced (NIST SP 800-63B-4 3.2.2). */
export function enablePassword(userId: string): Promise<void> {
  return enable(userId, ['password', 'password:known'])
}

export function enableCodes(userId: string): Promise<void> {
  return enable(userId, ['totp'])
}

export function enableAuthenticators(userId: string): Promise<void> {
  return enable(userId, ['password', 'password:known', 'totp'])
}

async function enable(userId: string, authenticator: Authenticator[]): Promise<void> {
  await AuthenticatorFailures.destroy({ where: { userId, authenticator } })
}

export function waitAfter(failures: number): number {
  return failures < FIRST_WAIT_AT ? 0 : Math.min(SHORTEST_WAIT * 2 ** (failures - FIRST_WAIT_AT), LONGEST_WAIT)
}

/** One UPDATE decides; its lock holds until the wait is set. */
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

function open() {
  return {
    failures: { [Op.lt]: MOST_FAILURES },
    waitUntil: { [Op.or]: [{ [Op.is]: null }, { [Op.lte]: new Date() }] },
  }
}
