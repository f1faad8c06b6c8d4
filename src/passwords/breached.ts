import { createHash } from 'node:crypto'
import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { seconds } from '../durations.ts'
import type { PasswordViolation } from './policy.ts'

export const BREACH_TIMEOUT = seconds(2)

/** Hex digits of the SHA-1 sent; hundreds of passwords share each prefix. */
const PREFIX = 5
const ANSWER = /^(?:[0-9A-F]{35}:\d+(?:\r?\n|$))+$/
const MOST_BYTES = 1_000_000

export type BreachDeps = { env: Pick<Env, 'BREACHED_PASSWORDS' | 'HIBP_URL'>; logger: Logger }

export const BREACHED: PasswordViolation = {
  code: 'breached',
  message: 'Choose another password. This one appeared in a data breach, so change it wherever you use it.',
}

export const breachLookups = { found: 0, notFound: 0, failed: 0 }

/** Queries Have I Been Pwned (ASVS 6.2.12). If it fails, the password is accepted. */
export async function isBreached({ env, logger }: BreachDeps, normalised: string): Promise<boolean> {
  if (env.BREACHED_PASSWORDS === 'offline') return false
  const hash = createHash('sha1').update(normalised).digest('hex').toUpperCase()
  try {
    const found = hasSuffix(await rangeOf(env.HIBP_URL, hash.slice(0, PREFIX)), hash.slice(PREFIX))
    breachLookups[found ? 'found' : 'notFound']++
    return found
  } catch (error) {
    breachLookups.failed++
    logger.warn('lookup of breached passwords failed; only the offline rules were applied', {
      kind: error instanceof Error ? error.name : typeof error,
      failed: breachLookups.failed,
    })
    return false
  }
}

async function rangeOf(url: string, prefix: string): Promise<string> {
  const answer = await fetch(`${url}/range/${prefix}`, {
    headers: { 'Add-Padding': 'true', 'User-Agent': 'Latchkey' },
    redirect: 'error',
    signal: AbortSignal.timeout(BREACH_TIMEOUT),
  })
  if (answer.status !== 200) throw new RangeError(`responded with ${answer.status}`)
  const text = await textOf(answer)
  if (!ANSWER.test(text)) throw new RangeError('malformed response')
  return text
}

async function textOf(answer: Response): Promise<string> {
  let text = ''
  for await (const part of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += part
    if (text.length > MOST_BYTES) throw new RangeError('response too long')
  }
  return text
}

/** Entries with count 0 are padding. */
function hasSuffix(range: string, suffix: string): boolean {
  return range.split(/\r?\n/).some(line => line.startsWith(`${suffix}:`) && !line.endsWith(':0'))
}
