import { CannotOpen } from '../encryption/sealer.ts'
import { CannotCompose } from './message.ts'

/** Why a mail was not taken, in words that name neither its recipient nor its content, and whether trying again is pointless. */
export type Refusal = { reason: string; isFinal: boolean }

/** The steps at which a mail server refuses this mail, not all mails: after a refused sign-in or sender, the operator mends something. */
const ABOUT_THIS_MAIL = ['RCPT TO', 'DATA']

/** What a mail server says often repeats the recipient, so only its code is kept (RFC 5321, section 4.2). */
export const refusalOf = (error: unknown): Refusal => {
  if (error instanceof CannotOpen) return { reason: 'cannot be opened with ENCRYPTION_KEYS', isFinal: true }
  if (error instanceof CannotCompose) return { reason: error.message, isFinal: true }
  if (!(error instanceof Error)) return { reason: 'unknown', isFinal: false }
  const { responseCode, command, code } = error as Error & { responseCode?: number; command?: string; code?: string }
  if (responseCode === undefined) return { reason: code ?? error.name, isFinal: false }
  const isFinal = responseCode >= 500 && ABOUT_THIS_MAIL.includes(command ?? '')
  return { reason: `${responseCode} at ${command ?? 'unknown'}`, isFinal }
}
