import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { SendMailOptions, SMTPPoolOptions } from 'nodemailer'
import { seconds } from '../src/durations.ts'
import type { Env } from './env.ts'
import type { Logger } from './logger.ts'

/** Without a transport, emails wait in the database. */
export type MailTransport = {
  send(message: OutgoingMail, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

type OutgoingMail = { id: string; template: string; link: string | undefined; mail: SendMailOptions }

export const MAIL_CONNECTIONS = 3

const CONNECTION_TIMEOUT = seconds(10)
const SOCKET_TIMEOUT = seconds(30)
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '::1']

/** SMTP_URL, or files in `data/outbox` in development. */
export function openMailTransport(env: Pick<Env, 'NODE_ENV' | 'SMTP_URL'>, logger: Logger): MailTransport | undefined {
  if (env.SMTP_URL) return openSmtp(env.SMTP_URL)
  if (env.NODE_ENV === 'development') return openOutbox(path.resolve('data/outbox'), logger)
  logger.warn('SMTP_URL is not set: emails stay in the database until a start with SMTP_URL sends them')
  return undefined
}

/** Requires verified TLS, except from a mail server on this machine (ASVS 12.3.1, 12.3.2). */
export function smtpOptions(smtpUrl: string): SMTPPoolOptions & { pool: true } {
  const url = new URL(smtpUrl)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const secure = url.protocol === 'smtps:'
  const isLocal = LOCAL_HOSTS.includes(host)
  return {
    pool: true,
    host,
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    // A local mail server often has no valid certificate.
    ...(!secure && (isLocal ? { ignoreTLS: true } : { requireTLS: true })),
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true },
    ...(url.username && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    connectionTimeout: CONNECTION_TIMEOUT,
    greetingTimeout: CONNECTION_TIMEOUT,
    dnsTimeout: CONNECTION_TIMEOUT,
    socketTimeout: SOCKET_TIMEOUT,
    maxConnections: MAIL_CONNECTIONS,
    // The queue retries; a second queue would send twice.
    maxRequeues: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

function openSmtp(smtpUrl: string): MailTransport {
  const pool = once(async () => (await import('nodemailer')).createTransport(smtpOptions(smtpUrl)))
  return {
    send: async ({ mail }, signal) => void (await (await pool.get()).sendMail({ ...mail, signal })),
    close: async () => (await pool.made())?.close(),
  }
}

function once<T>(make: () => Promise<T>) {
  let made: Promise<T> | undefined
  return {
    get: () => {
      made ??= make()
      return made
    },
    made: () => made,
  }
}

/** Development only, because it logs links. */
function openOutbox(directory: string, logger: Logger): MailTransport {
  return {
    send: async ({ id, template, link, mail }) => {
      const { createTransport } = await import('nodemailer')
      const { message } = await createTransport({ streamTransport: true, buffer: true, newline: 'windows' }).sendMail(
        mail,
      )
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const file = path.join(directory, `${new Date().toISOString().replaceAll(':', '-')}-${id}.eml`)
      await writeFile(file, message as Buffer, { mode: 0o600, flag: 'wx' })
      logger.info(`mail "${template}" written to ${file}${link ? `: ${link}` : ''}`)
    },
    close: () => Promise.resolve(),
  }
}
