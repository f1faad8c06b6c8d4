import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { seconds } from '../../src/durations.ts'

const PATIENCE = seconds(30)

/** A mail as its recipient gets it. */
export type Delivered = {
  to: string[]
  subject: string
  text: string
  html: string
  /** The link that it carries, and the secret in the link's fragment. */
  link: string
  token: string
  /** All of it, for whoever asks for headers. */
  email: Email
  raw: string
}

export type Mailbox = Awaited<ReturnType<typeof startMailbox>>

/**
 * A real mail server in this process that takes every mail: `startServer(mailbox.settings)` sends to it.
 * @param options of smtp-server, to have it refuse or to start it again at `port`
 */
export async function startMailbox(options: SMTPServerOptions = {}, port = 0) {
  const delivered: Delivered[] = []
  const waiting: Delivered[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData: (stream, session, done) => {
      async function take() {
        const mail = await parsed(
          stream,
          session.envelope.rcptTo.map(({ address }) => address),
        )
        delivered.push(mail)
        waiting.push(mail)
      }
      take().then(() => done(), done)
    },
    ...options,
  })
  // A client that hangs up in the middle is part of some tests.
  server.on('error', () => {})
  const listening = server.listen(port, '127.0.0.1')
  await once(listening, 'listening')
  const { port: actualPort } = listening.address() as AddressInfo

  const matches = (wanted: string) => (mail: Delivered) => mail.subject.includes(wanted) || mail.to.includes(wanted)

  /**
   * Waits for a mail and takes it out.
   * @param wanted words of its subject, or its recipient; empty takes the next
   */
  async function next(wanted = ''): Promise<Delivered> {
    for (const giveUp = performance.now() + PATIENCE; performance.now() < giveUp; await tick()) {
      const at = waiting.findIndex(matches(wanted))
      if (at !== -1) return waiting.splice(at, 1)[0] as Delivered
    }
    throw new Error(
      `no mail "${wanted}" came; there are: ${waiting.map(({ subject }) => subject).join('; ') || 'none'}`,
    )
  }

  const close = () => new Promise<void>(resolve => server.close(() => resolve()))

  return {
    settings: { SMTP_URL: `smtp://127.0.0.1:${actualPort}` },
    port: actualPort,
    /** Every mail that came since the start, taken out or not. */
    delivered,
    next,
    close,
  }
}

async function parsed(stream: NodeJS.ReadableStream, to: string[]): Promise<Delivered> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  const raw = Buffer.concat(chunks)
  const email = await PostalMime.parse(raw)
  const text = email.text ?? ''
  const link = /^https?:\/\/\S+$/m.exec(text)?.[0] ?? ''
  const token = link.split('#')[1] ?? ''
  return { to, subject: email.subject ?? '', text, html: email.html ?? '', link, token, email, raw: raw.toString() }
}

const tick = () => new Promise(resolve => setTimeout(resolve, 20))
