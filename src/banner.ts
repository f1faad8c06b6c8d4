import { nameOf, serversOf } from '../configs/database/postgres-servers.ts'
import type { Env } from '../configs/env.ts'
import { readVersion } from './version.ts'

type BannerEnv = Pick<
  Env,
  'NODE_ENV' | 'LOG_FORMAT' | 'LOG_LEVEL' | 'BASE_URL' | 'DATABASE_URL' | 'SMTP_URL' | 'OPENAPI_VISIBLE'
>

/** In development, people read the output; elsewhere, log lines say the same. */
export function showsBanner({ NODE_ENV, LOG_FORMAT, LOG_LEVEL }: BannerEnv): boolean {
  return NODE_ENV === 'development' && LOG_FORMAT === 'pretty' && !['error', 'warn'].includes(LOG_LEVEL)
}

/** @param address where the server listens */
export function banner(env: BannerEnv, { address, settings }: { address: string; settings: string }): string {
  const rows = [
    ['Address', env.BASE_URL],
    ...(env.BASE_URL.endsWith(`:${portOf(address)}`) ? [] : [['Listening on', address]]),
    ...(env.OPENAPI_VISIBLE ? [['API docs', `${env.BASE_URL}/docs`]] : []),
    ['Database', placeOf(env.DATABASE_URL)],
    ['Mails', env.SMTP_URL ? `sent by ${new URL(env.SMTP_URL).host}` : 'data/outbox'],
    ['Settings', settings],
  ]
  const width = Math.max(...rows.map(([name = '']) => name.length))
  const lines = rows.map(([name = '', value = '']) => `  ${name.padEnd(width)}  ${value}`)
  return ['', `  Latchkey ${readVersion()} (${env.NODE_ENV})`, '', ...lines, '', ''].join('\n')
}

export function setupBlock(link: string): string {
  return ['  Create the first administrator (the link works once, for 1 hour):', '', `    ${link}`, '', ''].join('\n')
}

const portOf = (address: string) => address.slice(address.lastIndexOf(':') + 1)

/** Without the password. */
function placeOf(databaseUrl: string): string {
  if (databaseUrl.startsWith('sqlite:')) return databaseUrl.slice('sqlite:'.length)
  const servers = serversOf(databaseUrl)
  const { pathname } = new URL(servers[0] ?? '')
  return `postgres://${servers.map(nameOf).join(',')}${pathname}`
}
