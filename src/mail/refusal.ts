import { CannotOpen, UnknownKey } from '../encryption/sealer.ts'
import { CannotCompose } from './message.ts'

/**
 * `reason` contains neither recipient nor content. `final` needs no retry, `unreachable` concerns
 * all emails, and `waits` lacks a key on this server.
 */
export type Refusal = { reason: string; kind: 'final' | 'unreachable' | 'waits' | 'temporary' }

/** The other steps concern all emails. */
const ABOUT_THIS_MAIL = ['RCPT TO', 'DATA']

/** nodemailer's codes for a failed connection or sign-in. */
const UNREACHABLE = ['ECONNECTION', 'ECONNREFUSED', 'ESOCKET', 'ETIMEDOUT', 'EDNS', 'ETLS', 'EAUTH']

/** Server replies often repeat the recipient, so only the code is kept (RFC 5321, section 4.2). */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof UnknownKey) return { reason: `ENCRYPTION_KEYS lacks the key ${error.keyId}`, kind: 'waits' }
  if (error instanceof CannotOpen) return { reason: 'cannot be opened with ENCRYPTION_KEYS', kind: 'final' }
  if (error instanceof CannotCompose) return { reason: error.message, kind: 'final' }
  if (!(error instanceof Error)) return { reason: 'unknown', kind: 'temporary' }
  return refusalByServer(error)
}

function refusalByServer(error: Error & { responseCode?: number; command?: string; code?: string }): Refusal {
  const { responseCode = 0, command = 'unknown', code = error.name } = error
  const reason = responseCode === 0 ? code : `${responseCode} at ${command}`
  if (UNREACHABLE.includes(code)) return { reason, kind: 'unreachable' }
  return { reason, kind: responseCode >= 500 && ABOUT_THIS_MAIL.includes(command) ? 'final' : 'temporary' }
}
