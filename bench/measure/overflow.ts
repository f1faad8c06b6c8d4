import { join } from 'node:path'
import { signInWithWrongPassword } from '../accounts.ts'
import { newSessions } from '../population.ts'
import { withScratch } from '../scratch.ts'
import { FINDING_HEAD, finding, milliseconds, type Section } from '../section.ts'
import { fillDatabase, seededEmail } from '../seed-sessions.ts'
import { latchkey } from '../subjects/latchkey.ts'

/** Far more than the queue for hashes takes (HASH_QUEUE). */
const AT_ONCE = 200
const REFUSED = [429, 503]

type Attempt = { status: number; retryAfter: string | null; took: number }

/** Logins beyond the queue are turned away at once, and told when to come back, rather than kept waiting. */
export function measureOverflow(): Promise<Section> {
  return withScratch(async ({ folder, start }) => {
    const file = join(folder, 'latchkey.sqlite')
    await fillDatabase(file, newSessions(AT_ONCE))
    const { origin } = await start(latchkey(file))
    await attempt(origin, seededEmail(1))
    const attempts = await Promise.all(newSessions(AT_ONCE).map(each => attempt(origin, seededEmail(each.userNumber))))
    return toSection(attempts)
  })
}

async function attempt(origin: string, email: string): Promise<Attempt> {
  const started = performance.now()
  const { status, retryAfter } = await signInWithWrongPassword(origin, email)
  return { status, retryAfter, took: performance.now() - started }
}

function toSection(attempts: Attempt[]): Section {
  const refused = attempts.filter(({ status }) => REFUSED.includes(status))
  const hashed = attempts.filter(({ status }) => status === 401)
  const longest = (among: Attempt[]) => Math.max(0, ...among.map(({ took }) => took))
  const count = (value: number) => `${value}`
  return {
    title: 'More logins than the queue takes',
    notes: [`${AT_ONCE} logins with wrong passwords at the same moment.`],
    head: FINDING_HEAD,
    rows: [
      finding(
        'neither verified (401) nor turned away (429, 503)',
        attempts.length - refused.length - hashed.length,
        count,
        { atMost: 0 },
      ),
      finding('turned away', refused.length, count),
      finding(
        'turned away without Retry-After',
        refused.filter(({ retryAfter }) => retryAfter === null).length,
        count,
        { atMost: 0 },
      ),
      finding('longest wait to be turned away', longest(refused), milliseconds),
      finding('longest wait for a verified password', longest(hashed), milliseconds),
    ],
  }
}
