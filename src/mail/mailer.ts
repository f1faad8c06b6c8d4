import { afterCommit } from '../../configs/database/transactions.ts'
import { Mail } from '../../models/mail.ts'
import type { Sealer } from '../encryption/sealer.ts'
import type { Language } from '../languages.ts'
import type { FilledTemplate } from './content.ts'

export const MAIL_CONTEXT = 'mail'

export type Mailer = {
  /**
   * Queues an email in the database, so that no request waits for the mail server.
   * @param mail not sent if `to` is null; English if `language` is
   */
  send(mail: { to: string | null; language: Language | null } & FilledTemplate): Promise<void>
  /** Wakes this process's worker after the commit. */
  onQueued(wake: () => void): void
}

export function createMailer(sealer: Sealer): Mailer {
  let wake = () => {}
  return {
    send: async mail => {
      if (mail.to === null) return
      await Mail.create({ content: sealer.seal(JSON.stringify(mail), MAIL_CONTEXT), nextAttemptAt: new Date() })
      afterCommit(() => wake())
    },
    onQueued: listener => {
      wake = listener
    },
  }
}
