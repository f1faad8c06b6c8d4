import { textFor } from '../text/text.ts'
import { t } from './text.ts'
import type { AuditEvent } from './types.ts'

/** What an event was about, the most telling detail first. */
const TELLING = ['factor', 'granted', 'revoked', 'role', 'provider', 'client', 'list', 'authenticator', 'reason']

/** Such as “Second factor added: authenticator app”. */
export function titleOf({ event, details }: AuditEvent): string {
  const name = textFor(t.events, event) ?? event
  const telling = TELLING.map(key => details[key]).find(value => typeof value === 'string' && value !== '')
  if (telling !== undefined) return `${name}: ${wordsOf(telling)}`
  return Array.isArray(details.factors) ? `${name}: ${details.factors.map(wordsOf).join(', ')}` : name
}

export function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsOf).join(', ') || '–'
  const text = String(value)
  return textFor(t.factors, text) ?? text
}

/** Whether something was refused or ended by force, which a reader looks for first. */
export const isAlarming = ({ event }: AuditEvent) =>
  /fail|lock$|reported|misuse|authz|rate_limit|malicious|deleted|disabled/.test(event)
