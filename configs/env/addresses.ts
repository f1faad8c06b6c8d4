import { isIP } from 'node:net'
import { z } from 'zod'
import { serversOf } from '../database/postgres-servers.ts'
import { type Form, reading } from './forms.ts'
import { readSentinelUrl } from './sentinel-url.ts'

const RANGES = ['loopback', 'linklocal', 'uniquelocal']
const SUBNET_BITS = { 4: 32, 6: 128 }

/** An address without brackets, or a host name. */
export function listenHost(): Form<string> {
  const wrong = 'is neither an address nor a host name; write one such as 127.0.0.1, 0.0.0.0, ::1 or localhost'
  const isHost = (text: string) => isIP(text) !== 0 || /^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(text)
  return { schema: z.string().refine(isHost, wrong) }
}

/** Normalized (RFC 6454 section 6.2). */
export function origin(): Form<string> {
  const wrong = 'is not the address of a site; write an origin such as https://login.example.org'
  const more = 'has more than scheme, host and port; write an origin such as https://login.example.org'
  const url = z.url({ protocol: /^https?$/, error: wrong, abort: true })
  return { schema: url.refine(isOrigin, { error: more, abort: true }).transform(originOf) }
}

/** Forms of Express's `trust proxy`, except trusting all. */
export function trustedProxies(): Form<false | number | string[]> {
  return { written: 'false, a hop count, or a comma list', schema: reading(readProxies) }
}

/** May contain a password, so messages repeat nothing of it. */
export function databaseUrl(): Form<string> {
  return { written: 'sqlite:PATH or postgres://', schema: reading(readDatabaseUrl) }
}

/** Empty for no mail server. May contain a password, so messages repeat nothing of it. */
export function smtpUrl(): Form<string> {
  return { written: 'smtp:// or smtps://', schema: reading(readSmtpUrl) }
}

/** Empty for no Redis. May contain a password, so messages repeat nothing of it. */
export function redisUrl(): Form<string> {
  return { written: 'redis:// or rediss://, or redis+sentinel://HOST,HOST/MASTER', schema: reading(readRedisUrl) }
}

function isOrigin(text: string): boolean {
  const { username, password, pathname, search, hash } = new URL(text)
  return pathname === '/' && `${username}${password}${search}${hash}` === ''
}

function originOf(text: string): string {
  return new URL(text).origin
}

function readProxies(text: string): false | number | string[] {
  if (/^(false|0)$/i.test(text)) return false
  if (/^true$/i.test(text)) {
    throw new RangeError('lets every client invent its address; write the number of proxies in front, such as 1')
  }
  if (/^\d+$/.test(text)) return hopCount(Number(text))
  return text.split(',').map(readProxy)
}

function hopCount(count: number): number {
  if (count >= 1 && count <= 10) return count
  throw new RangeError('is not a likely number of proxies; write 1 to 10, or their addresses')
}

function readProxy(text: string): string {
  const proxy = text.trim()
  if (RANGES.includes(proxy) || isIP(proxy) !== 0 || isSubnet(proxy)) return proxy
  throw new RangeError(
    `has an unknown entry; write false, 1 to 10, or a list of addresses, subnets, ${RANGES.join(', ')}`,
  )
}

function isSubnet(text: string): boolean {
  const [, address = '', bits = ''] = /^(.+)\/(\d{1,3})$/.exec(text) ?? []
  const family = isIP(address)
  if (family !== 4 && family !== 6) return false
  return Number(bits) >= 1 && Number(bits) <= SUBNET_BITS[family]
}

function readDatabaseUrl(text: string): string {
  if (text.startsWith('sqlite:')) return readSqliteUrl(text)
  if (!/^postgres(ql)?:\/\//.test(text)) {
    throw new RangeError('is of no known kind; write sqlite:data/latchkey.sqlite or postgres://user@host/database')
  }
  const servers = serversOf(text)
  const hasEmptyHost = servers.length > 1 && servers.some(server => URL.parse(server)?.hostname === '')
  if (hasEmptyHost || !servers.every(server => URL.canParse(server))) {
    throw new RangeError('is not a valid URL; write postgres://user@host/database, a password percent-encoded')
  }
  demandPrimary(new URL(servers[0] ?? '').searchParams)
  return text
}

function demandPrimary(parameters: URLSearchParams): void {
  if (parameters.get('host')?.includes(',')) {
    throw new RangeError('lists hosts after the question mark; write postgres://user@one:5432,two:5432/database')
  }
  const [wanted = 'read-write', ...more] = parameters.getAll('target_session_attrs')
  if (wanted === 'read-write' && more.length === 0) return
  throw new RangeError(
    'asks for a server that may take no writes; write target_session_attrs=read-write or leave it out',
  )
}

function readSqliteUrl(text: string): string {
  const path = text.slice('sqlite:'.length)
  if (/:memory:|mode=memory/i.test(path)) {
    throw new RangeError(
      'names a database in memory, but reader and writer are two connections and would see two; write sqlite:PATH',
    )
  }
  if (path !== '' && !/^(\/\/|file:)/i.test(path)) return text
  throw new RangeError('names no file; write sqlite: and a plain path, such as sqlite:data/latchkey.sqlite')
}

function readSmtpUrl(text: string): string {
  if (text === '' || (/^smtps?:\/\//.test(text) && URL.canParse(text))) return text
  throw new RangeError('is not the URL of a mail server; write smtps://user:password@mail.example.org')
}

function readRedisUrl(text: string): string {
  if (text === '' || (/^rediss?:\/\//.test(text) && URL.canParse(text))) return text
  if (/^rediss?\+sentinel:/.test(text) && readSentinelUrl(text)) return text
  throw new RangeError(
    'is not the URL of a Redis server; write rediss://user:password@host:6379, or redis+sentinel://host:26379,host:26379/NAME with the name of the master',
  )
}
