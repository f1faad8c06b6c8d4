import { afterCommit } from '../../configs/database/transactions.ts'
import { Mail } from '../../models/mail.ts'
import type { Sealer } from '../encryption/sealer.ts'
import type { MailContent } from './content.ts'

/** What binds a sealed mail to its table. */
export const MAIL_CONTEXT = 'mail'

export type Mailer = {
  /** Puts a mail into the queue of the database; no request waits for a mail server, and none is lost in a crash. */
  send(mail: MailContent): Promise<void>
  /** Has this process's worker told of each mail once it is committed; others find it when they next look. */
  onQueued(wake: () => void): void
}

export function createMailer(sealer: Sealer): Mailer {
  let wake = () => {}
  return {
    send: async mail => {
      await Mail.create({ content: sealer.seal(JSON.stringify(mail), MAIL_CONTEXT), nextAttemptAt: new Date() })
      afterCommit(() => wake())
    },
    onQueued: listener => {
      wake = listener
    },
  }
}
