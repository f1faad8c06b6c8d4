import { AuthenticatorFailures } from '../../models/authenticator-failures.ts'
import { User } from '../../models/user.ts'
import { hours } from '../../src/durations.ts'
import { MOST_FAILURES } from '../../src/factors/failures.ts'
import { PASSWORD, type TestServer } from './harness.ts'

export type Refused = { kind: string; email: string; password: string }

/** Creates accounts in every state in which a sign-in is refused. @returns a refused sign-in of each kind */
export async function refusedAccounts(server: TestServer): Promise<Refused[]> {
  const names = ['known', 'disabled', 'stopped', 'waiting', 'bare']
  for (const name of names)
    await server.register({ email: `${name}@example.org`, name: 'Somebody', password: PASSWORD })
  const update = (name: string, change: object) => User.update(change, { where: { email: `${name}@example.org` } })
  await update('disabled', { disabledAt: new Date() })
  await update('bare', { passwordHash: null })
  await fail('stopped', MOST_FAILURES, null)
  await fail('waiting', 5, new Date(Date.now() + hours(1)))
  return [
    { kind: 'known, wrong password', email: 'known@example.org', password: 'wrong' },
    { kind: 'unknown', email: 'nobody@example.org', password: PASSWORD },
    { kind: 'disabled, right password', email: 'disabled@example.org', password: PASSWORD },
    { kind: 'disabled, wrong password', email: 'disabled@example.org', password: 'wrong' },
    { kind: 'stopped, right password', email: 'stopped@example.org', password: PASSWORD },
    { kind: 'stopped, wrong password', email: 'stopped@example.org', password: 'wrong' },
    { kind: 'waiting, right password', email: 'waiting@example.org', password: PASSWORD },
    { kind: 'waiting, wrong password', email: 'waiting@example.org', password: 'wrong' },
    { kind: 'without a password', email: 'bare@example.org', password: PASSWORD },
  ]
}

async function fail(name: string, failures: number, waitUntil: Date | null) {
  const { id } = await User.findOne({ where: { email: `${name}@example.org` }, rejectOnEmpty: true })
  await AuthenticatorFailures.create({ userId: id, authenticator: 'password', failures, waitUntil })
}
