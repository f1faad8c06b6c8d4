import { createHash } from 'node:crypto'
import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { seconds } from '../durations.ts'
import type { PasswordViolation } from './policy.ts'

/** How long a new password waits for the answer. */
export const BREACH_TIMEOUT = seconds(2)

/** Of SHA-1 in hex: what is sent, so that the service cannot tell the password from some hundreds of others. */
const PREFIX = 5
const ANSWER = /^(?:[0-9A-F]{35}:\d+(?:\r?\n|$))+$/
/** Of an answer with its padding, several times over. */
const MOST_BYTES = 1_000_000

export type BreachDeps = { env: Pick<Env, 'BREACHED_PASSWORDS' | 'HIBP_URL'>; logger: Logger }

export const BREACHED: PasswordViolation = {
  code: 'breached',
  message: 'Choose another password. This one appeared in a data breach, so change it wherever you use it.',
}

/** Lookups of this process, by result. */
export const breachLookups = { found: 0, notFound: 0, failed: 0 }

/**
 * Whether a password is known from a breach, by the range API of Have I Been Pwned or one like it (ASVS 6.2.12); always false where
 * BREACHED_PASSWORDS is `offline`. A service that does not answer in time or in form refuses nothing: the rules that need no network
 * hold anyway, and nobody could register while somebody else's server is down (docs/security.md). It is logged and counted.
 */
export async function isBreached({ env, logger }: BreachDeps, normalised: string): Promise<boolean> {
  if (env.BREACHED_PASSWORDS === 'offline') return false
  const hash = createHash('sha1').update(normalised).digest('hex').toUpperCase()
  try {
    const found = hasSuffix(await rangeOf(env.HIBP_URL, hash.slice(0, PREFIX)), hash.slice(PREFIX))
    breachLookups[found ? 'found' : 'notFound']++
    return found
  } catch (error) {
    breachLookups.failed++
    logger.warn('the service of breached passwords did not answer; a password was judged by the offline rules alone', {
      kind: error instanceof Error ? error.name : typeof error,
      failed: breachLookups.failed,
    })
    return false
  }
}

/** @throws where the answer is late, refused, too long or of another form */
async function rangeOf(url: string, prefix: string): Promise<string> {
  const answer = await fetch(`${url}/range/${prefix}`, {
    headers: { 'Add-Padding': 'true', 'User-Agent': 'Latchkey' },
    redirect: 'error',
    signal: AbortSignal.timeout(BREACH_TIMEOUT),
  })
  if (answer.status !== 200) throw new RangeError(`answered ${answer.status}`)
  const text = await textOf(answer)
  if (!ANSWER.test(text)) throw new RangeError('answered in another form')
  return text
}

async function textOf(answer: Response): Promise<string> {
  let text = ''
  for await (const part of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += part
    if (text.length > MOST_BYTES) throw new RangeError('answered at too great a length')
  }
  return text
}

/** A count of 0 is padding, which hides the number of entries from who watches the line. */
function hasSuffix(range: string, suffix: string): boolean {
  return range.split(/\r?\n/).some(line => line.startsWith(`${suffix}:`) && !line.endsWith(':0'))
}
