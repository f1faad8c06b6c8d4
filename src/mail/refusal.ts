import { CannotOpen, UnknownKey } from '../encryption/sealer.ts'
import { CannotCompose } from './message.ts'

/**
 * Why a mail was not taken, in words that name neither its recipient nor its content: `final` where trying again is pointless,
 * `unreachable` where no mail can be sent now, `waits` where it is this server that cannot send this one.
 */
export type Refusal = { reason: string; kind: 'final' | 'unreachable' | 'waits' | 'temporary' }

/** The steps at which a mail server refuses this mail, not all mails: after a refused sign-in or sender, the operator mends something. */
const ABOUT_THIS_MAIL = ['RCPT TO', 'DATA']

/** The codes of nodemailer for a mail server that no connection can be made to, or that takes no sign-in: the next mail meets the same. */
const UNREACHABLE = ['ECONNECTION', 'ECONNREFUSED', 'ESOCKET', 'ETIMEDOUT', 'EDNS', 'ETLS', 'EAUTH']

/** What a mail server says often repeats the recipient, so only its code is kept (RFC 5321, section 4.2). */
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
